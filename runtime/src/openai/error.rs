//! Why a model of a configuration cannot be used.

use std::error::Error;
use std::fmt;

/// The configuration of a model is wrong. The error never contains a key.
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

/// The ways in which the configuration of a model can be wrong.
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
    /// The engine is unknown, and there is no `base_url`.
    UnknownEngine,
    /// The key is missing.
    MissingKey,
    /// The model has no name.
    Unnamed,
    /// A parameter is missing, has the wrong type, contradicts another one, or belongs to neither this client nor the
    /// service.
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

    /// The kind of error, to match on.
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
