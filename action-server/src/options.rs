//! What a server is told by whoever starts it. Nothing here reads the environment or a command line.

use crate::cors::Cors;
use crate::limits::Limits;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use crate::tokens::Tokens;
use std::time::Duration;

/// How actions are served: which doors, to whom, within which limits.
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
    /// Both doors, no authentication, no TLS, no CORS, and the limits that [`Limits`] names.
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

    /// Whether Rasa is served: `/webhook`, `/actions`, `/health`.
    #[must_use]
    pub fn rasa(mut self, is_served: bool) -> Self {
        self.rasa = is_served;
        self
    }

    /// Whether NeMo Guardrails is served: `/v1/actions/run`, `/v1/actions/list`, `/v1/health`.
    #[must_use]
    pub fn nemo(mut self, is_served: bool) -> Self {
        self.nemo = is_served;
        self
    }

    /// How much the server takes.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets in who has this token, under this name; may be called several times. From the first one on, nobody else
    /// may call.
    ///
    /// A client sends it as `Authorization: Bearer …`; Rasa may also send it in the query, as `?token=…`. The paths
    /// that tell of health stay open. Actions and hooks learn the name as a [`Caller`](crate::Caller).
    #[must_use]
    pub fn token(mut self, name: impl Into<String>, secret: impl Into<String>) -> Self {
        self.tokens.add(name.into(), secret.into());
        self
    }

    /// Serves everybody, also on an address that other machines can reach. Without this, [`serve`](crate::serve)
    /// refuses such an address unless callers must show a token or a client certificate.
    #[must_use]
    pub fn open_to_everybody(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Which web pages may read the answers. None at first, and no CORS header is sent.
    #[must_use]
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// The certificate to serve with. Counts in [`serve`](crate::serve).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// How long calls may go on after the server was told to stop; 30 s. Then they are cancelled.
    #[must_use]
    pub fn drain_time(mut self, time: Duration) -> Self {
        self.drain_time = time;
        self
    }

    /// Whether whoever calls must show that he may.
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
