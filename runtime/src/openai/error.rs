//! Why a model of a configuration cannot be used.

use std::error::Error;
use std::fmt;

/// A model cannot be used as it is configured. It never holds a key.
///
/// ```
/// use action_sdk_runtime::openai::{OpenAi, OpenAiErrorKind};
///
/// let error = OpenAi::builder("gpt-4o").base_url("api.openai.com").build().unwrap_err();
/// assert_eq!(error.kind(), OpenAiErrorKind::Parameter);
/// assert!(error.to_string().starts_with("the model `gpt-4o` cannot be reached at its `base_url`"));
/// ```
#[derive(Debug)]
pub struct OpenAiError {
    kind: OpenAiErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The ways in which a model can be configured wrongly.
///
/// ```
/// use action_sdk_runtime::openai::{OpenAi, OpenAiErrorKind};
///
/// let model = serde_json::json!({"type": "main", "engine": "openai", "model": "gpt-4o"});
/// let error = OpenAi::from_model(&serde_json::from_value(model)?, |_| None).unwrap_err();
/// assert_eq!(error.kind(), OpenAiErrorKind::MissingKey);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenAiErrorKind {
    /// Nothing is known of the engine, and there is no `base_url` either.
    UnknownEngine,
    /// The key is not where it should be.
    MissingKey,
    /// The model has no name.
    Unnamed,
    /// A parameter is missing, is not of its type, contradicts another one, or is none of this client's or the service's.
    Parameter,
    /// TLS cannot be set up on this machine.
    Tls,
}

impl OpenAiError {
    pub(super) fn new(kind: OpenAiErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new(OpenAiErrorKind::Parameter, message)
    }

    pub(super) fn tls(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = error.into();
        let message = format!(
            "no secure connection can be set up: {source}; see that the system has root certificates"
        );
        Self {
            source: Some(source),
            ..Self::new(OpenAiErrorKind::Tls, message)
        }
    }

    /// What went wrong, to match on.
    pub fn kind(&self) -> OpenAiErrorKind {
        self.kind
    }
}

impl fmt::Display for OpenAiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for OpenAiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
