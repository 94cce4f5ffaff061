//! Why an actions server cannot be used.

use std::error::Error;
use std::fmt;

/// The settings of an actions server are wrong, or it cannot be asked what it offers. The error never contains a key.
///
/// ```
/// use action_sdk_runtime::remote::{ActionsServer, RemoteErrorKind};
///
/// # let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # tokio.block_on(async {
/// let error = ActionsServer::new("localhost:8001").connect().await.unwrap_err();
/// assert_eq!(error.kind(), RemoteErrorKind::Setting);
/// assert!(error.to_string().contains("write it like `http://localhost:8001`"));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct RemoteError {
    kind: RemoteErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The ways in which an actions server can be unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteErrorKind {
    /// The address, a header, a certificate or a key is invalid, or TLS cannot be set up on this machine.
    Setting,
    /// The server cannot be reached, or did not answer in time.
    Unreachable,
    /// The server refused to say what it offers.
    Refused,
    /// Its answer is not one of an actions server.
    Answer,
}

impl RemoteError {
    pub(super) fn new(kind: RemoteErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(super) fn setting(message: impl Into<String>) -> Self {
        Self::new(RemoteErrorKind::Setting, message)
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The kind of error, to match on.
    #[must_use]
    pub fn kind(&self) -> RemoteErrorKind {
        self.kind
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for RemoteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
