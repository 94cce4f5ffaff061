//! The options of a server. Nothing here reads the environment or a command line.

use crate::cors::Cors;
use crate::limits::Limits;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use crate::tokens::Tokens;
use std::time::Duration;

/// The options of a server: which protocols, authentication, limits.
///
/// ```
/// use action_sdk_action_server::{Limits, ServerOptions};
///
/// # let secret = "from a file".to_owned();
/// let options = ServerOptions::new()
///     .token("rasa", secret)
///     .limits(Limits::new().calls(200));
/// ```
#[derive(Debug, Clone)]
pub struct ServerOptions {
    pub(crate) rasa: bool,
    pub(crate) nemo: bool,
    pub(crate) limits: Limits,
    pub(crate) tokens: Tokens,
    pub(crate) is_open: bool,
    pub(crate) cors: Option<Cors>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
    pub(crate) drain_time: Duration,
}

impl ServerOptions {
    /// Both protocols, no authentication, no TLS, no CORS, and default [`Limits`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            rasa: true,
            nemo: true,
            limits: Limits::new(),
            tokens: Tokens::default(),
            is_open: false,
            cors: None,
            #[cfg(feature = "tls")]
            tls: None,
            drain_time: Duration::from_secs(30),
        }
    }

    /// Whether to serve Rasa: `/webhook`, `/actions`, `/health`. On by default.
    #[must_use]
    pub fn rasa(mut self, is_served: bool) -> Self {
        self.rasa = is_served;
        self
    }

    /// Whether to serve NeMo Guardrails: `/v1/actions/run`, `/v1/actions/list`, `/v1/health`. On by default.
    #[must_use]
    pub fn nemo(mut self, is_served: bool) -> Self {
        self.nemo = is_served;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a token and the name of its owner. As soon as there is one, every request must carry one of them.
    ///
    /// Clients send it as `Authorization: Bearer …`; Rasa may also send it in the query, as `?token=…`. Health paths need
    /// no token. Actions and hooks get the name as a [`Caller`](crate::Caller).
    #[must_use]
    pub fn token(mut self, name: impl Into<String>, secret: impl Into<String>) -> Self {
        self.tokens.add(name.into(), secret.into());
        self
    }

    /// Allows addresses that other machines can reach without authentication. Otherwise [`serve`](crate::serve) refuses
    /// them unless tokens or client certificates are required.
    #[must_use]
    pub fn open_to_everybody(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Sets the web origins that may read answers. By default there are none, and no CORS headers are sent.
    #[must_use]
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Sets the certificate. Applies in [`serve`](crate::serve).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sets how long running calls may take after shutdown began; default 30 s. Then they are cancelled.
    #[must_use]
    pub fn drain_time(mut self, time: Duration) -> Self {
        self.drain_time = time;
        self
    }

    /// Whether callers must authenticate.
    pub(crate) fn is_protected(&self) -> bool {
        #[cfg(feature = "tls")]
        if self.tls.as_ref().is_some_and(Tls::wants_clients) {
            return true;
        }
        !self.tokens.is_empty()
    }
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self::new()
    }
}
