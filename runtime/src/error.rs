//! Errors of a runtime and its conversations: one type with a kind to match on.

use std::error::Error;
use std::fmt;

use action_sdk::{BuildErrors, LlmTaskError};
use colang::diagnostic::Code;
use colang::program::ProgramError;
use colang::state::ResumeError;
use colang::value::ValueError;
use umim::EventError;

use crate::problem::Problem;
use crate::report::Report;

/// Why a runtime cannot be built, an event is refused or a conversation cannot be resumed.
///
/// Problems inside a conversation are never such errors: an error in a flow is an event `ColangError`, a failed
/// action a `…ActionFinished` event with `is_success: false`.
///
/// ```
/// use action_sdk_runtime::{Runtime, RuntimeErrorKind, parse_config};
///
/// let config = parse_config("", [("other.co", "flow other\n  match Start()\n")])?;
/// let error = Runtime::builder(config).build().unwrap_err();
/// assert_eq!(error.kind(), RuntimeErrorKind::Program);
/// assert!(error.to_string().contains("there is no flow `main`"), "{error}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RuntimeError(Box<Repr>);

/// How many characters of a name are shown in a message.
const SHOWN: usize = 100;

struct Repr {
    kind: RuntimeErrorKind,
    message: String,
    report: Report,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Kinds of [`RuntimeError`], to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuntimeErrorKind {
    /// The linked actions are inconsistent; see the source of the error.
    Actions,
    /// The flows are inconsistent, most often because there is no `main`.
    Program,
    /// Flows start unknown actions, or pass wrong arguments: see [`problems`](RuntimeError::problems).
    Names,
    /// Flows use a model, and the dispatcher has none: see [`problems`](RuntimeError::problems), and
    /// [`without_model`](crate::RuntimeBuilder::without_model).
    NoModel,
    /// The builder was told to leave out an unknown built-in action.
    UnknownName,
    /// A prompt of the configuration is invalid (see the source of the error), or flows check with missing prompts:
    /// see [`problems`](RuntimeError::problems).
    Prompts,
    /// Something from outside is not an event, or contains a value that no variable can hold.
    Event,
    /// One call has processed its maximum number of events. Nothing is lost: the rest is queued, and the next call
    /// continues.
    TooManyEvents,
    /// An event from outside that only this process may send, such as the end of an action that runs here.
    Refused,
    /// An event from outside is too large. None of the events of the call was processed.
    EventTooLarge,
    /// The conversation is too large. None of the events of the call was processed.
    ConversationTooLarge,
    /// A saved conversation is truncated or has been modified.
    Damaged,
    /// A saved conversation was not signed with the key of this runtime: see
    /// [`snapshot_key`](crate::RuntimeBuilder::snapshot_key).
    Untrusted,
    /// The key for saved conversations is too short.
    SnapshotKey,
    /// A saved conversation has a form that is unknown to this version.
    Version,
    /// A saved conversation does not fit these flows; see the source of the error.
    Resume,
}

impl RuntimeError {
    pub(crate) fn new(kind: RuntimeErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Repr {
            kind,
            message: message.into(),
            report: Report::default(),
            source: None,
        }))
    }

    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn Error + Send + Sync + 'static>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What is wrong with flows and whoever is to run them; `report` is not empty, and its first problem says of which kind
    /// the error is.
    pub(crate) fn of_flows(report: Report) -> Self {
        let code = report.problems().first().map(Problem::code);
        let kind = match code {
            Some(Code::MissingModel) => RuntimeErrorKind::NoModel,
            Some(Code::MissingPrompt) => RuntimeErrorKind::Prompts,
            Some(_) | None => RuntimeErrorKind::Names,
        };
        let mut error = Self::new(kind, report.to_string());
        error.0.report = report;
        error
    }

    pub(crate) fn damaged(message: impl Into<String>) -> Self {
        Self::new(RuntimeErrorKind::Damaged, message)
    }

    pub(crate) fn value(event: &str, error: ValueError) -> Self {
        let message = format!("the event `{event}` cannot be taken: {error}");
        Self::new(RuntimeErrorKind::Event, message).caused_by(error)
    }

    pub(crate) fn too_many_events(max_events: usize) -> Self {
        let message = format!(
            "one call may process {max_events} events, and there are more: they are queued, and the next call goes on with them; if that never ends, some flow keeps sending: `Session::drop_queued_events` takes them out; if it is meant, raise `max_events`"
        );
        Self::new(RuntimeErrorKind::TooManyEvents, message)
    }

    pub(crate) fn event_too_large(event: &str, bytes: usize, most: usize) -> Self {
        let name: String = event.chars().take(SHOWN).collect();
        let message = format!(
            "the event `{name}` has about {bytes} bytes, and {most} are allowed; send less, or raise `max_event_bytes`"
        );
        Self::new(RuntimeErrorKind::EventTooLarge, message)
    }

    pub(crate) fn conversation_too_large(most: usize) -> Self {
        let message = format!(
            "the conversation would hold more than {most} bytes, so nothing more is taken; its flows keep too much in variables, or too many events are queued: resume it in a runtime with a higher `max_conversation_bytes`, or begin a new one"
        );
        Self::new(RuntimeErrorKind::ConversationTooLarge, message)
    }

    /// The kind of error, to match on.
    #[must_use]
    pub fn kind(&self) -> RuntimeErrorKind {
        self.0.kind
    }

    /// All problems in the flows, each with file, line and column; empty for kinds that are not about flows.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.0.report.problems()
    }

    /// The same as a report, which can be rendered with the lines concerned.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0.report
    }
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repr {
            kind,
            message,
            report,
            source,
        } = &*self.0;
        f.debug_struct("RuntimeError")
            .field("kind", kind)
            .field("message", message)
            .field("problems", report)
            .field("source", source)
            .finish()
    }
}

impl Error for RuntimeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}

impl From<EventError> for RuntimeError {
    fn from(error: EventError) -> Self {
        Self::new(RuntimeErrorKind::Event, error.to_string()).caused_by(error)
    }
}

impl From<LlmTaskError> for RuntimeError {
    fn from(error: LlmTaskError) -> Self {
        Self::new(RuntimeErrorKind::Prompts, error.to_string()).caused_by(error)
    }
}

impl From<BuildErrors> for RuntimeError {
    fn from(error: BuildErrors) -> Self {
        let message = format!("the actions cannot be put together: {error}");
        Self::new(RuntimeErrorKind::Actions, message).caused_by(error)
    }
}

impl From<ProgramError> for RuntimeError {
    fn from(error: ProgramError) -> Self {
        let message = format!("the flows cannot be put together: {error}");
        Self::new(RuntimeErrorKind::Program, message).caused_by(error)
    }
}

impl From<ResumeError> for RuntimeError {
    fn from(error: ResumeError) -> Self {
        let message = format!("the conversation cannot be resumed: {error}");
        Self::new(RuntimeErrorKind::Resume, message).caused_by(error)
    }
}
