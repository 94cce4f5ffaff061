//! Errors of calls to a model.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// A call to a model failed.
///
/// ```
/// use action_sdk::llm::{LlmError, LlmErrorKind};
///
/// let error = LlmError::rate_limited(None, "60 a minute").of_model("gpt-4o");
/// assert!(error.is_retryable());
/// assert!(matches!(error.kind(), LlmErrorKind::RateLimited { retry_after: None }));
/// assert_eq!(
///     error.to_string(),
///     "the model `gpt-4o` takes no more requests for now, try again later: 60 a minute"
/// );
/// ```
#[derive(Debug)]
pub struct LlmError(Box<Failure>);

#[derive(Debug)]
struct Failure {
    kind: LlmErrorKind,
    message: String,
    model: Option<String>,
    status: Option<u16>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The ways in which a call to a model can fail.
///
/// ```
/// use action_sdk::llm::{LlmError, LlmErrorKind};
///
/// assert_eq!(LlmError::timed_out("no answer in 30 s").kind(), LlmErrorKind::TimedOut);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LlmErrorKind {
    /// The service could not be reached.
    Unavailable,
    /// The service was reached and failed, possibly in the middle of its answer.
    Failed,
    /// There is no such model at this address, or no model service at all.
    NotFound,
    /// The call timed out.
    TimedOut,
    /// Too many requests or tokens for now.
    RateLimited {
        /// How long to wait, if the service says so.
        retry_after: Option<Duration>,
    },
    /// The key is missing, wrong, or not allowed to do this.
    Authentication,
    /// The model or its service refused to answer.
    Refused,
    /// The service considers the request invalid, for example because of an unknown option.
    InvalidRequest,
    /// The prompt, alone or with the answer, exceeds the context window of the model.
    ContextTooLong,
    /// An answer arrived but could not be parsed.
    InvalidResponse,
    /// The model used up its tokens before it answered, often on reasoning.
    OutOfTokens,
    /// The answer is empty.
    Empty,
    /// Any other error.
    Other,
}

impl LlmError {
    /// An error of this kind. `message` adds details; it is shown to operators, so it must not contain secrets.
    pub fn new(kind: LlmErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Failure {
            kind,
            message: message.into(),
            model: None,
            status: None,
            source: None,
        }))
    }

    /// The service could not be reached.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::Unavailable, message)
    }

    /// The service was reached and failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::Failed, message)
    }

    /// The call timed out.
    pub fn timed_out(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::TimedOut, message)
    }

    /// Too many requests for now; the service may have said how long to wait.
    pub fn rate_limited(retry_after: Option<Duration>, message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::RateLimited { retry_after }, message)
    }

    /// The service considers the request invalid.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::InvalidRequest, message)
    }

    /// An answer arrived but could not be parsed.
    pub fn invalid_response(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::InvalidResponse, message)
    }

    /// Any other error.
    pub fn other(message: impl Into<String>) -> Self {
        Self::new(LlmErrorKind::Other, message)
    }

    /// Adds the model's name.
    #[must_use]
    pub fn of_model(mut self, model: impl Into<String>) -> Self {
        self.0.model = Some(model.into());
        self
    }

    /// Adds the HTTP status of the service's answer.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Replaces the message, for example by one in which secrets are hidden.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of error, to match on.
    pub fn kind(&self) -> LlmErrorKind {
        self.0.kind
    }

    /// Details beyond the kind; may be empty.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The name of the model, if it was set.
    pub fn model(&self) -> Option<&str> {
        self.0.model.as_deref()
    }

    /// The HTTP status of the service's answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self.0.kind {
            LlmErrorKind::Unavailable
            | LlmErrorKind::Failed
            | LlmErrorKind::TimedOut
            | LlmErrorKind::RateLimited { .. } => true,
            LlmErrorKind::NotFound
            | LlmErrorKind::Authentication
            | LlmErrorKind::Refused
            | LlmErrorKind::InvalidRequest
            | LlmErrorKind::ContextTooLong
            | LlmErrorKind::InvalidResponse
            | LlmErrorKind::OutOfTokens
            | LlmErrorKind::Empty
            | LlmErrorKind::Other => false,
        }
    }
}

impl fmt::Display for LlmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the model ")?;
        if let Some(model) = &self.0.model {
            write!(f, "`{model}` ")?;
        }
        write!(f, "{}", self.0.kind)?;
        if let Some(status) = self.0.status {
            write!(f, " (HTTP status {status})")?;
        }
        if !self.0.message.is_empty() {
            write!(f, ": {}", self.0.message)?;
        }
        Ok(())
    }
}

/// What happened and what to do, phrased to follow "the model".
impl fmt::Display for LlmErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unavailable => "could not be reached, check its address and try again later",
            Self::Failed => "failed, try again later",
            Self::NotFound => {
                "was not found at its address, check `base_url` and the name of the model"
            }
            Self::TimedOut => "gave no answer in time, try again or allow more time",
            Self::RateLimited {
                retry_after: Some(wait),
            } => {
                return write!(f, "takes no more requests for now, try again in {wait:?}");
            }
            Self::RateLimited { retry_after: None } => {
                "takes no more requests for now, try again later"
            }
            Self::Authentication => {
                "did not accept the key, check the variable that `api_key_env_var` names"
            }
            Self::Refused => "refused to answer",
            Self::InvalidRequest => "does not accept the request, check prompt and options",
            Self::ContextTooLong => "cannot read that much, shorten the prompt or `max_tokens`",
            Self::InvalidResponse => "gave an answer that cannot be understood",
            Self::OutOfTokens => "used up its tokens before it answered, raise `max_tokens`",
            Self::Empty => "gave an empty answer, check its prompt and `stop`",
            Self::Other => "gave no answer",
        })
    }
}

impl Error for LlmError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}
