//! Builds a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use action_sdk::Map;
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;

use crate::http::{self, Trust, is_here, shown};

use super::address::{decoded, encoded, endpoint, in_query};
use super::client::{Chance, Client};
use super::error::{OpenAiError, OpenAiErrorKind};
use super::fits::Fits;
use super::{OpenAi, foreign, retry};

/// The service of OpenAI.
const OPENAI: &str = "https://api.openai.com/v1";

/// The time limit of one attempt (in nemoguardrails 0.24.1, of each read).
const TIMEOUT: Duration = Duration::from_secs(600);

/// The time limit for connecting (nemoguardrails 0.24.1).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The minimum length, in bytes, of headers and parameters that are hidden in errors; shorter ones are part of many
/// words.
const SHORTEST_SECRET: usize = 4;

/// Builds an [`OpenAi`].
///
/// ```
/// use std::time::Duration;
///
/// use action_sdk::Llm;
/// use action_sdk_runtime::openai::OpenAi;
///
/// let model = OpenAi::builder("llama3.3")
///     .base_url("http://localhost:11434/v1")
///     .option("temperature", 0.2)
///     .timeout(Duration::from_secs(60))
///     .build()?;
/// assert_eq!((model.model_name(), model.provider_url()), ("llama3.3", Some("http://localhost:11434/v1")));
/// # Ok::<(), action_sdk_runtime::openai::OpenAiError>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `.build()`"]
pub struct OpenAiBuilder {
    model: String,
    provider: String,
    base_url: String,
    api_key: Option<String>,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
    options: Map,
    timeout: Duration,
    connect_timeout: Duration,
    max_retries: u32,
    chance: Chance,
    usage_in_streams: bool,
}

impl OpenAiBuilder {
    pub(super) fn new(model: String) -> Self {
        Self {
            model,
            provider: "openai".to_owned(),
            base_url: OPENAI.to_owned(),
            api_key: None,
            headers: Vec::new(),
            query: Vec::new(),
            options: Map::new(),
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            max_retries: retry::MAX_RETRIES,
            chance: Arc::new(http::share),
            usage_in_streams: true,
        }
    }

    /// Sets the key, which is sent as `Authorization: Bearer …`. It is never shown.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// Sets the URL of the service: everything before `/chat/completions`. The default is that of OpenAI.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Sets the provider of the model, for [`Llm::provider_name`](action_sdk::Llm::provider_name); `openai` by
    /// default.
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.provider = provider.into();
        self
    }

    /// Adds a header to every request. It replaces one of the same name, even `Authorization`. Its value is hidden in
    /// errors if it has four characters or more.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter to the URL of every request. Its value is hidden in errors like that of a header.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets an option, by its name in the service's API, for all requests that do not set it themselves.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.options.insert(name.into(), value.into());
        self
    }

    /// Limits the time of one attempt, from connecting to the end of the answer; 600 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the time for connecting; 5 s by default.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Sets how often a call is retried after a temporary failure; twice by default.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = max_retries;
        self
    }

    /// Sets the source of randomness for the wait before a retry: the share of the longest wait, from 0.0 to 1.0.
    /// Random by default.
    pub fn chance(mut self, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.chance = Arc::new(chance);
        self
    }

    /// Sets whether a streamed answer ends with its token usage. Use `false` for services that refuse
    /// `stream_options`.
    pub fn usage_in_streams(mut self, usage_in_streams: bool) -> Self {
        self.usage_in_streams = usage_in_streams;
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If the model has no name, if an option is reserved for each call to set (`stream`, `messages`, `n`, …), if a
    /// URL, header or limit is invalid, or if the system has no root certificates for a URL with `https`.
    pub fn build(self) -> Result<OpenAi, OpenAiError> {
        if self.model.trim().is_empty() {
            let message = "a model has no name, give it one in `model`";
            return Err(OpenAiError::new(OpenAiErrorKind::Unnamed, message));
        }
        self.check_options()?;
        let base = self.address()?;
        let http = self.http(&base)?;
        let secrets = self.secrets(&base);
        let shown = shown(&base);
        if base.scheme() == "http" && !is_here(&base) && !secrets.is_empty() {
            tracing::warn!(url = %shown, "keys are sent over plain HTTP; use https");
        }
        Ok(OpenAi(Arc::new(Client {
            http,
            url: endpoint(base, &self.query),
            shown,
            model: self.model,
            provider: self.provider,
            options: self.options,
            secrets,
            max_retries: self.max_retries,
            chance: self.chance,
            usage_in_streams: self.usage_in_streams,
            fits: Fits::default(),
        })))
    }

    fn check_options(&self) -> Result<(), OpenAiError> {
        let mut names = self.options.keys();
        let found = names.find_map(|name| Some((name, foreign::of_the_call(name)?)));
        match found {
            None => Ok(()),
            Some((name, why)) => Err(OpenAiError::parameter(format!(
                "the option `{name}` of the model `{}` {why}",
                self.model
            ))),
        }
    }

    fn http(&self, base: &Url) -> Result<reqwest::Client, OpenAiError> {
        let trust = match base.scheme() {
            "https" => Trust::System,
            _ => Trust::Nobody,
        };
        let tls = http::tls(trust, None).map_err(OpenAiError::tls)?;
        let http = http::client(base, tls)
            .default_headers(self.all_headers()?)
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout);
        http.build().map_err(OpenAiError::tls)
    }

    fn address(&self) -> Result<Url, OpenAiError> {
        let unfit = |why: &str| {
            let model = &self.model;
            OpenAiError::parameter(format!(
                "the model `{model}` cannot be reached at its `base_url`, {why}; write it like `{OPENAI}`"
            ))
        };
        let url = Url::parse(self.base_url.trim()).map_err(|error| unfit(&error.to_string()))?;
        match url.scheme() {
            "https" | "http" => Ok(url),
            other => Err(unfit(&format!("`{other}` is neither `https` nor `http`"))),
        }
    }

    fn all_headers(&self) -> Result<HeaderMap, OpenAiError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(key) = &self.api_key {
            headers.insert(
                AUTHORIZATION,
                self.secret("Authorization", &format!("Bearer {key}"))?,
            );
        }
        for (name, value) in &self.headers {
            let key = HeaderName::try_from(name).map_err(|_| self.unfit_header(name))?;
            headers.insert(key, self.secret(name, value)?);
        }
        Ok(headers)
    }

    fn secret(&self, name: &str, value: &str) -> Result<HeaderValue, OpenAiError> {
        let mut value = HeaderValue::try_from(value).map_err(|_| self.unfit_header(name))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn unfit_header(&self, name: &str) -> OpenAiError {
        OpenAiError::parameter(format!(
            "the header `{name}` of the model `{}` holds what no header may hold, such as the end of a line",
            self.model
        ))
    }

    /// Everything that must not appear in errors, the longest first. The version of Azure's API is not secret, and is
    /// needed in errors.
    fn secrets(&self, base: &Url) -> Vec<String> {
        // For `Bearer …`, the word after it.
        let last = |value: &str| value.rsplit(' ').next().unwrap_or_default().to_owned();
        let headers = self.headers.iter().map(|(_, value)| last(value));
        let pairs = base.query_pairs().into_owned();
        let pairs = pairs.chain(self.query.iter().cloned());
        let pairs = pairs.filter(|(name, _)| name != "api-version");
        let (name, password) = (base.username(), base.password().unwrap_or_default());
        let login = format!("{}:{}", decoded(name), decoded(password));
        // A user name without a password is the secret itself.
        let password = if password.is_empty() { name } else { password };
        let password = [password.to_owned(), decoded(password), encoded(&login)];
        let given = headers.chain(pairs.map(|(_, value)| value));
        let given = given.chain(password.into_iter().filter(|_| login != ":"));
        let long = given.filter(|value| value.len() >= SHORTEST_SECRET);
        let key = self.api_key.iter().filter(|key| !key.is_empty());
        let mut secrets: Vec<String> = long.chain(key.cloned()).collect();
        // Also in URL encoding, in which a service may repeat them.
        let written: Vec<String> = secrets
            .iter()
            .map(|secret| in_query(base, secret))
            .collect();
        secrets.extend(written);
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl fmt::Debug for OpenAiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAiBuilder")
            .field("model", &self.model)
            .field("provider", &self.provider)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_retries", &self.max_retries)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn a_secret_is_known_in_every_form() {
        let builder = OpenAiBuilder::new("m".to_owned()).query("sig", "a b+c/d");
        let secrets = builder.secrets(&url("http://me:p%40ss@example.com/v1"));
        for form in ["a b+c/d", "a+b%2Bc%2Fd", "p@ss", "p%40ss", "bWU6cEBzcw"] {
            assert!(
                secrets.iter().any(|secret| secret == form),
                "{form} in {secrets:?}"
            );
        }
    }
}
