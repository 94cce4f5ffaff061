//! Why actions cannot be served.

use std::error::Error;
use std::fmt;

/// Why actions cannot be served: a kind and a message.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// Actions need something that no MCP client provides.
    Unavailable,
    /// A setting is invalid.
    Setting,
    /// A connection could not be opened, or broke.
    Connection,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            kind,
            message,
            source: None,
        }
    }

    #[cfg(feature = "stdio")]
    pub(crate) fn caused_by(
        kind: FailureKind,
        message: &str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let source = Some(source.into());
        let message = message.to_owned();
        Self {
            kind,
            message,
            source,
        }
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
