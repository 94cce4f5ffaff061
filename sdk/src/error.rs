//! Errors of calls: one type, one word in size, with a kind to match on.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The kind of failure of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionErrorKind {
    /// No action has this name.
    NotFound,
    /// A required argument or context variable is missing.
    MissingArgument,
    /// An argument or context variable cannot be deserialized as the type of the parameter.
    InvalidArgument,
    /// The call has an argument that does not belong to any parameter.
    UnknownArgument,
    /// The host of this call does not provide a special parameter or resource that the action needs.
    Unavailable,
    /// A parameter, a hook or an action built by hand reads a special parameter that it does not declare.
    Undeclared,
    /// The return value of the action cannot be serialized as JSON.
    Output,
    /// The action returned an error.
    Failed,
    /// The action declined to run: Rasa's `ActionExecutionRejection`.
    Rejected,
    /// A hook refused the call.
    Refused,
    /// The action panicked.
    Panicked,
    /// The call exceeded its time limit.
    TimedOut,
    /// The call was cancelled, for example by a `Stop…` event, a closed connection or a dropped session.
    Cancelled,
    /// A remote action could not be reached, or its answer was unusable.
    Remote,
}

impl ActionErrorKind {
    const ALL: [Self; 14] = [
        Self::NotFound,
        Self::MissingArgument,
        Self::InvalidArgument,
        Self::UnknownArgument,
        Self::Unavailable,
        Self::Undeclared,
        Self::Output,
        Self::Failed,
        Self::Rejected,
        Self::Refused,
        Self::Panicked,
        Self::TimedOut,
        Self::Cancelled,
        Self::Remote,
    ];

    /// The kind for such a word, for clients of front doors.
    ///
    /// ```
    /// use action_sdk::ActionErrorKind;
    ///
    /// assert_eq!(ActionErrorKind::parse("timed_out"), Some(ActionErrorKind::TimedOut));
    /// assert_eq!(ActionErrorKind::parse("late"), None);
    /// ```
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The kind in one word, as front doors send it: `not_found`, `timed_out`, …
    ///
    /// ```
    /// use action_sdk::ActionErrorKind;
    ///
    /// assert_eq!(ActionErrorKind::InvalidArgument.as_str(), "invalid_argument");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::MissingArgument => "missing_argument",
            Self::InvalidArgument => "invalid_argument",
            Self::UnknownArgument => "unknown_argument",
            Self::Unavailable => "unavailable",
            Self::Undeclared => "undeclared",
            Self::Output => "output",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Panicked => "panicked",
            Self::TimedOut => "timed_out",
            Self::Cancelled => "cancelled",
            Self::Remote => "remote",
        }
    }
}

/// Why a call failed: its kind, a sentence and, where known, the action, the parameter, what was expected and what
/// was found.
///
/// ```
/// use action_sdk::{ActionError, ActionErrorKind};
///
/// let error = ActionError::failed("the weather service is down");
/// assert_eq!(error.kind(), ActionErrorKind::Failed);
/// assert_eq!(error.message(), "the weather service is down");
/// ```
pub struct ActionError(Box<Repr>);

struct Repr {
    kind: ActionErrorKind,
    message: Cow<'static, str>,
    action: Option<String>,
    parameter: Option<String>,
    expected: Option<Cow<'static, str>>,
    found: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ActionError {
    /// An error of this kind with its message: lower case, no full stop.
    #[must_use]
    #[cold]
    pub fn new(kind: ActionErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self(Box::new(Repr {
            kind,
            message,
            action: None,
            parameter: None,
            expected: None,
            found: None,
            source: None,
        }))
    }

    /// The action could not do its work.
    #[must_use]
    pub fn failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ActionErrorKind::Failed, message)
    }

    /// The action could not do its work because of another error, which stays reachable through
    /// [`source`](Error::source).
    ///
    /// ```
    /// use action_sdk::ActionError;
    /// use std::error::Error as _;
    ///
    /// let error = ActionError::caused_by(std::fmt::Error);
    /// assert!(error.source().is_some());
    /// ```
    #[must_use]
    pub fn caused_by(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        Self::failed(chain_text(source.as_ref())).with_source(source)
    }

    /// The action declines to run: the caller should look for another way. Rasa sees its
    /// `ActionExecutionRejection` (rasa-sdk 3.21.1), other callers a failure.
    #[must_use]
    pub fn rejected(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ActionErrorKind::Rejected, message)
    }

    /// The call is not allowed; for hooks.
    #[must_use]
    pub fn refused(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ActionErrorKind::Refused, message)
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ActionErrorKind {
        self.0.kind
    }

    /// The message without the action's name. For an error returned by the action, its own message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The action that was called, if known yet.
    #[must_use]
    pub fn action(&self) -> Option<&str> {
        self.0.action.as_deref()
    }

    /// The parameter or argument it is about.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.0.parameter.as_deref()
    }

    /// What was expected: the type of the parameter as the action's author wrote it.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.0.expected.as_deref()
    }

    /// What was found instead, shortened.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// Sets the action, unless the error already has one.
    #[must_use]
    pub fn with_action(mut self, action: impl Into<String>) -> Self {
        self.0.action.get_or_insert_with(|| action.into());
        self
    }

    /// Sets the parameter.
    #[must_use]
    pub fn with_parameter(mut self, parameter: impl Into<String>) -> Self {
        self.0.parameter = Some(parameter.into());
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Appends to the message.
    pub(crate) fn with_more(mut self, more: &str) -> Self {
        self.0.message = format!("{}, {more}", self.0.message).into();
        self
    }

    pub(crate) fn with_expectation(
        mut self,
        expected: impl Into<Cow<'static, str>>,
        found: String,
    ) -> Self {
        self.0.expected = Some(expected.into());
        self.0.found = Some(found);
        self
    }
}

/// The error and its causes on one line, `outer: inner: innermost`, each message once. The number of causes is
/// limited, because an error may be its own cause.
pub(crate) fn chain_text(error: &(dyn Error + 'static)) -> String {
    const MOST_CAUSES: usize = 32;
    let causes = std::iter::successors(error.source(), cause_of).take(MOST_CAUSES);
    let mut text = error.to_string();
    for cause in causes.map(ToString::to_string) {
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Whether the message already begins with the name of the action: it comes from a call within the action, or its
/// author wrote it so.
fn begins_with_action(message: &str, action: &str) -> bool {
    let rest = message.strip_prefix("action ").unwrap_or(message);
    let rest = rest.strip_prefix('`').unwrap_or(rest);
    let rest = rest.strip_prefix(action);
    rest.is_some_and(|rest| rest.starts_with(['`', ':', ' ']))
}

fn cause_of<'a>(error: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    (**error).source()
}

/// The message, preceded by the name of the action, once.
impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = &self.0.message;
        match &self.0.action {
            None => f.write_str(message),
            Some(action) if begins_with_action(message, action) => f.write_str(message),
            Some(action) if self.0.kind == ActionErrorKind::Failed => {
                write!(f, "action `{action}` failed: {message}")
            }
            Some(action) => write!(f, "action `{action}`: {message}"),
        }
    }
}

impl fmt::Debug for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            kind,
            message,
            action,
            parameter,
            expected,
            found,
            source,
        } = &*self.0;
        let mut debug = f.debug_struct("ActionError");
        debug
            .field("kind", kind)
            .field("message", message)
            .field("action", action);
        debug
            .field("parameter", parameter)
            .field("expected", expected)
            .field("found", found);
        debug.field("source", source).finish()
    }
}

impl Error for ActionError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_word_wide() {
        assert_eq!(size_of::<ActionError>(), size_of::<usize>());
    }

    #[test]
    fn names_the_action_once() {
        let error = ActionError::failed("boom")
            .with_action("AAction")
            .with_action("BAction");
        assert_eq!(error.to_string(), "action `AAction` failed: boom");
    }

    #[track_caller]
    fn check(message: &'static str, text: &str) {
        let error = ActionError::failed(message).with_action("AAction");
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn names_the_action_once_if_its_own_sentence_does() {
        check(
            "action `AAction` failed: boom",
            "action `AAction` failed: boom",
        );
        check("AAction: boom", "AAction: boom");
    }

    #[test]
    fn names_the_action_beside_others() {
        check(
            "AActions are off",
            "action `AAction` failed: AActions are off",
        );
        check("BAction: boom", "action `AAction` failed: BAction: boom");
    }

    #[test]
    fn a_chain_without_an_end_has_one_here() {
        #[derive(Debug)]
        struct Own;
        impl fmt::Display for Own {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("own")
            }
        }
        impl Error for Own {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(self)
            }
        }
        assert_eq!(chain_text(&Own), "own");
    }

    #[test]
    fn tells_the_whole_chain() {
        let inner = ActionError::failed("inner");
        let outer = ActionError::failed("outer").with_source(inner);
        assert_eq!(chain_text(&outer), "outer: inner");
    }
}
