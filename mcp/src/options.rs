//! The options of a server.

use action_sdk::ActionDescriptor;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The options of a server. The defaults are for clients on the same machine.
///
/// ```
/// use action_sdk_mcp::Options;
/// use std::time::Duration;
///
/// let options = Options::new()
///     .name("weather")
///     .instructions("Ask for one city at a time.")
///     .offer(|action| action.hints().read_only == Some(true))
///     .timeout(Duration::from_secs(30));
/// ```
#[derive(Clone)]
pub struct Options {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) instructions: Option<String>,
    pub(crate) offered: Arc<Offered>,
    pub(crate) timeout: Option<Duration>,
    #[cfg(feature = "http")]
    pub(crate) http: HttpOptions,
}

type Offered = dyn Fn(&ActionDescriptor) -> bool + Send + Sync;

/// The options for HTTP.
#[cfg(feature = "http")]
#[derive(Clone)]
pub(crate) struct HttpOptions {
    pub(crate) path: String,
    pub(crate) bearer_token: Option<Arc<str>>,
    pub(crate) allowed_hosts: Option<Vec<String>>,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) max_body_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "action-sdk".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instructions: None,
            offered: Arc::new(|_| true),
            timeout: None,
            #[cfg(feature = "http")]
            http: HttpOptions {
                path: "/mcp".to_owned(),
                bearer_token: None,
                allowed_hosts: None,
                allowed_origins: Vec::new(),
                max_body_bytes: 4 * 1024 * 1024,
            },
        }
    }
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name of the server; `action-sdk` by default.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the version of the server.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Tells models how to use the tools together.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Offers only the actions for which this returns `true`. System actions are never offered.
    #[must_use]
    pub fn offer(
        mut self,
        offered: impl Fn(&ActionDescriptor) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.offered = Arc::new(offered);
        self
    }

    /// Limits how long a call may take. The shortest of this, the action's and the dispatcher's limit counts.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

/// For HTTP.
#[cfg(feature = "http")]
impl Options {
    /// Sets the path; `/mcp` by default.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.http.path = path.into();
        self
    }

    /// Accepts only clients that send this token: `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<Arc<str>>) -> Self {
        self.http.bearer_token = Some(token.into());
        self
    }

    /// Sets the host names that requests may use, such as `example.org` or `example.org:8080`. By default only
    /// those of this machine, so that no web page can reach the server under another name.
    #[must_use]
    pub fn allowed_hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.http.allowed_hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the origins of web pages that may call, such as `https://example.org:443`. None by default;
    /// clients that are not browsers send no origin, and are accepted.
    #[must_use]
    pub fn allowed_origins<O: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = O>,
    ) -> Self {
        self.http.allowed_origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Limits the size of a request; 4 MiB by default.
    #[must_use]
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.http.max_body_bytes = bytes;
        self
    }
}

/// Without the token.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Options");
        debug
            .field("name", &self.name)
            .field("version", &self.version);
        debug
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
