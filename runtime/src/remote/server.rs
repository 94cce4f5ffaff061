//! An actions server and how it is asked: address, keys, limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::http::{self, Identity, Trust};

use super::client::{Chance, Client};
use super::error::RemoteError;
use super::offer;

const TIMEOUT: Duration = Duration::from_secs(60);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Shorter than the five seconds after which uvicorn, the server of the reference, closes an idle connection.
const IDLE: Duration = Duration::from_secs(4);

/// The routes of the protocol, which an address may end with.
const ROUTES: [&str; 4] = ["/v1/actions/run", "/v1/actions/list", "/v1/actions", "/v1"];

/// An actions server, before anything is sent to it.
///
/// ```no_run
/// use action_sdk::ActionDispatcher;
/// use action_sdk_runtime::remote::ActionsServer;
/// use std::time::Duration;
///
/// # async fn start(token: String) -> Result<(), Box<dyn std::error::Error>> {
/// let server = ActionsServer::new("https://actions.example.org").bearer_token(token).timeout(Duration::from_secs(20));
/// let actions = server.connect().await?;
/// let dispatcher = actions.register(ActionDispatcher::builder()).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `.connect()`"]
pub struct ActionsServer {
    url: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    connect_timeout: Duration,
    max_answer_bytes: usize,
    max_retries: u32,
    max_calls: usize,
    pub(super) context: Vec<(String, Vec<String>)>,
    pub(super) expected: Vec<String>,
    pub(super) is_optional: bool,
    pub(super) yields: bool,
    pub(super) is_of_settings: bool,
    authorities: Option<Vec<u8>>,
    certificate: Option<(Vec<u8>, Vec<u8>)>,
    chance: Chance,
}

impl ActionsServer {
    /// The server at this address. Its routes are below it: `/v1/actions/run` and so on.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            headers: Vec::new(),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            max_answer_bytes: 8 << 20,
            max_retries: 2,
            max_calls: 64,
            context: Vec::new(),
            expected: Vec::new(),
            is_optional: false,
            yields: false,
            is_of_settings: false,
            authorities: None,
            certificate: None,
            chance: Arc::new(http::share),
        }
    }

    /// The server at `actions_server_url` of a configuration; `None` if there is none. If it does not tell what it
    /// offers, it is asked for the actions that the flows start and that are not there otherwise.
    ///
    /// ```
    /// use action_sdk_runtime::parse_config;
    /// use action_sdk_runtime::remote::ActionsServer;
    ///
    /// let flows = [("main.co", "flow main\n  await FetchPriceAction(article=\"tea\")\n")];
    /// let config = parse_config("actions_server_url: http://localhost:8001", flows)?;
    /// assert!(ActionsServer::of(&config).is_some());
    /// assert!(ActionsServer::of(&parse_config("", flows)?).is_none());
    /// # Ok::<(), action_sdk_runtime::ConfigError>(())
    /// ```
    #[must_use]
    pub fn of(config: &Config) -> Option<Self> {
        let url = config.rails().actions_server_url.as_ref()?;
        let started = config.actions().into_iter();
        let expected = started.filter(|action| !offer::belongs_here(action));
        let server = Self {
            is_of_settings: true,
            ..Self::new(url.clone())
        };
        Some(server.expecting(expected))
    }

    /// Sends this token with every request, as `Authorization: Bearer …`. It is never shown.
    pub fn bearer_token(self, token: impl fmt::Display) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Sends this header with every request. It replaces one of the same name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Limits the time of a call, with all its attempts; 60 s by default. The limits of the action, the dispatcher and
    /// the call apply as well.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the time for connecting; 5 s by default.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Limits the length of an answer; 8 MiB by default.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = bytes;
        self
    }

    /// Sets how often a request is sent again after a temporary failure; twice by default. Only calls of actions that
    /// are `read_only` or `idempotent` are.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// Limits the number of concurrent requests; 64 by default. Further calls wait for their turn.
    pub fn max_calls(mut self, calls: usize) -> Self {
        self.max_calls = calls.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Sends these context variables with every call of an action, besides those that it declares. The action is given
    /// by its name in flows, or by that of the server.
    pub fn context<N: Into<String>>(
        mut self,
        action: impl Into<String>,
        variables: impl IntoIterator<Item = N>,
    ) -> Self {
        let variables = variables.into_iter().map(Into::into).collect();
        self.context.push((action.into(), variables));
        self
    }

    /// Names actions that are called if the server does not tell what it offers.
    pub fn expecting<N: Into<String>>(mut self, actions: impl IntoIterator<Item = N>) -> Self {
        self.expected.extend(actions.into_iter().map(Into::into));
        self
    }

    /// Starts without the server if it cannot be asked what it offers, with a warning. Expected actions are called all
    /// the same, so that it may come later.
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Lets actions of this program take precedence over actions of the server with the same name. By default the
    /// server performs them, as in nemoguardrails 0.24.1; only system actions always run here.
    pub fn local_first(mut self) -> Self {
        self.yields = true;
        self
    }

    /// Accepts certificates of these authorities (PEM), instead of those that the system trusts.
    pub fn authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.authorities = Some(pem.into());
        self
    }

    /// Shows this certificate to the server: the chain, and its private key, both as PEM.
    pub fn client_certificate(
        mut self,
        chain: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.certificate = Some((chain.into(), key.into()));
        self
    }

    /// Sets the source of randomness for the wait before a retry: the share of the longest wait, from 0.0 to 1.0.
    /// Random by default.
    pub fn chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.chance = Arc::new(chance);
        self
    }

    pub(super) fn call_timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) fn client(&self) -> Result<Client, RemoteError> {
        let base = self.address()?;
        let shown = http::shown(&base);
        if base.scheme() == "http" && !http::is_here(&base) && !self.headers.is_empty() {
            tracing::warn!(url = %shown, "headers, which may be keys, are sent over plain HTTP; use https");
        }
        let tls = http::tls(self.trust(&base)?, self.identity()?).map_err(|error| {
            RemoteError::setting(format!(
                "no secure connection to `{shown}` can be set up: {error}"
            ))
            .with_source(error)
        })?;
        let http = http::client(&base, tls)
            .default_headers(self.all_headers()?)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .build();
        let http = http.map_err(|error| RemoteError::setting(error.to_string()))?;
        Ok(Client {
            http,
            base,
            shown,
            longest_answer: self.max_answer_bytes,
            max_retries: self.max_retries,
            chance: Arc::clone(&self.chance),
            calls: Semaphore::new(self.max_calls),
        })
    }

    fn address(&self) -> Result<Url, RemoteError> {
        let unfit = |why: &str| {
            RemoteError::setting(format!(
                "the address of the actions server (`actions_server_url`) cannot be used: {why}; write it like `http://localhost:8001`"
            ))
        };
        let text = self.url.trim().trim_end_matches('/');
        let route = ROUTES.iter().find_map(|route| text.strip_suffix(route));
        let mut url =
            Url::parse(route.unwrap_or(text)).map_err(|error| unfit(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(unfit(&format!(
                "`{}` is neither `https` nor `http`",
                url.scheme()
            )));
        }
        url.set_query(None);
        url.set_fragment(None);
        Ok(url)
    }

    fn all_headers(&self) -> Result<HeaderMap, RemoteError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let unfit = || {
                RemoteError::setting(format!(
                    "the header `{name}` for the actions server holds what no header may hold, such as the end of a line"
                ))
            };
            let key = HeaderName::try_from(name).map_err(|_| unfit())?;
            let mut value = HeaderValue::try_from(value).map_err(|_| unfit())?;
            value.set_sensitive(true);
            headers.insert(key, value);
        }
        Ok(headers)
    }

    fn trust(&self, base: &Url) -> Result<Trust, RemoteError> {
        let Some(pem) = &self.authorities else {
            return Ok(match base.scheme() {
                "https" => Trust::System,
                _ => Trust::Nobody,
            });
        };
        let mut roots = RootCertStore::empty();
        for authority in certificates(pem, "authorities")? {
            let added = roots.add(authority);
            added.map_err(|error| {
                RemoteError::setting(format!("one of the authorities cannot be used: {error}"))
            })?;
        }
        Ok(Trust::Only(roots))
    }

    fn identity(&self) -> Result<Option<Identity>, RemoteError> {
        let Some((chain, key)) = &self.certificate else {
            return Ok(None);
        };
        let chain = certificates(chain, "client certificate")?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
            RemoteError::setting(format!(
                "the key of the client cannot be read as PEM: {error}"
            ))
        })?;
        Ok(Some(Identity { chain, key }))
    }
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, RemoteError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(RemoteError::setting(format!(
            "there is no certificate in the PEM of the {what}"
        ))),
        Err(error) => Err(RemoteError::setting(format!(
            "the {what} cannot be read as PEM: {error}"
        ))),
    }
}

impl fmt::Debug for ActionsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.address().map(|url| http::shown(&url));
        let headers = self.headers.iter().map(|(name, _)| name);
        f.debug_struct("ActionsServer")
            .field("url", &url.unwrap_or_default())
            .field("headers", &headers.collect::<Vec<_>>())
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
