//! The `Start…Action` event as something that can be run, and the `…ActionFinished` event that answers it.

use crate::depth::{is_shallow, too_deep};
use crate::error::ActionError;
use crate::rasa::Message;
use crate::result::{ActionResult, Extras};
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;
use umim::{ActionEventKind, ActionEventName, Event};

/// A checked `Start…Action` event: it names an action and carries the uid of its run.
///
/// ```
/// use action_sdk::prelude::*;
///
/// let event = Event::parse(r#"{"type": "StartCustomTestAction", "action_uid": "a1", "value": 5}"#)?;
/// let start = ActionStart::try_from(event)?;
/// assert_eq!(start.action_name(), "CustomTestAction");
/// assert_eq!(start.action_uid(), "a1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ActionStart {
    event: Event,
    action: Box<str>,
    action_uid: Arc<str>,
}

impl ActionStart {
    /// The action that is to run: `CustomTestAction` of `StartCustomTestAction`.
    #[must_use]
    pub fn action_name(&self) -> &str {
        &self.action
    }

    /// The uid of the run.
    #[must_use]
    pub fn action_uid(&self) -> &str {
        &self.action_uid
    }

    pub(crate) fn shared_action_uid(&self) -> Arc<str> {
        Arc::clone(&self.action_uid)
    }

    /// The event itself.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The arguments for the action: the fields of the event that do not belong to every event of its type.
    #[must_use]
    pub fn arguments(&self) -> Map<String, Value> {
        self.event
            .arguments()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// The `…ActionFinished` event for what the run came to, without uid and times, for hosts with uids and a clock of
    /// their own. Its fields and their order are those of nemoguardrails 0.24.1.
    ///
    /// ```
    /// use action_sdk::prelude::*;
    ///
    /// let start = Event::new("StartCustomTestAction").with("action_uid", "a1");
    /// let finished = ActionStart::try_from(start)?.finished(Err(ActionError::failed("no answer")));
    /// assert_eq!(finished.value("is_success"), Some(&false.into()));
    /// # Ok::<(), action_sdk::ActionStartError>(())
    /// ```
    #[must_use]
    pub fn finished(&self, outcome: Result<ActionResult, ActionError>) -> Event {
        let name = ActionEventName::new(ActionEventKind::Finished, self.action_name()).to_string();
        let event = Event::new(name)
            .with("action_uid", self.action_uid())
            .with("action_name", self.action_name());
        match outcome {
            Ok(result) => succeeded(event, result),
            Err(error) => failed(event, &error),
        }
    }
}

impl TryFrom<Event> for ActionStart {
    type Error = ActionStartError;

    fn try_from(event: Event) -> Result<Self, ActionStartError> {
        let name = ActionEventName::parse(event.name())
            .filter(|name| name.kind() == ActionEventKind::Start);
        let action_uid = event.action_uid().filter(|uid| !uid.is_empty());
        let kind = match (name, action_uid) {
            (Some(_), Some(_)) if !event.as_map().values().all(is_shallow) => {
                ActionStartErrorKind::TooDeep
            }
            (Some(name), Some(uid)) => {
                let (action, action_uid) = (name.action().into(), uid.into());
                return Ok(Self {
                    event,
                    action,
                    action_uid,
                });
            }
            (None, _) => ActionStartErrorKind::NoActionStart,
            (Some(_), None) => ActionStartErrorKind::NoActionUid,
        };
        Err(ActionStartError(Box::new((kind, event))))
    }
}

impl From<ActionStart> for Event {
    fn from(start: ActionStart) -> Self {
        start.event
    }
}

impl ActionResult {
    /// Takes the messages for the user out, as the `StartUtteranceBotAction` events that say them: the text is the
    /// `script`, everything else stands in `custom`. They have neither uid nor time yet.
    ///
    /// ```
    /// use action_sdk::ActionResult;
    ///
    /// assert!(ActionResult::value(5).take_utterances().is_empty());
    /// ```
    pub fn take_utterances(&mut self) -> Vec<Event> {
        let responses = self.take_responses();
        let events = responses
            .iter()
            .map(|message| Event::from_json(bot_utterance(message)));
        events.filter_map(Result::ok).collect()
    }
}

fn succeeded(event: Event, result: ActionResult) -> Event {
    let (return_value, extras) = result.parted();
    let Extras {
        events,
        context_updates,
        responses,
        ..
    } = extras;
    let riding = events
        .into_iter()
        .map(Value::from)
        .chain(responses.iter().map(bot_utterance));
    let event = event
        .with("status", "success")
        .with("is_success", true)
        .with("return_value", return_value);
    let event = event.with("events", riding.collect::<Vec<Value>>());
    match context_updates.is_empty() {
        true => event,
        false => event.with("context_updates", context_updates),
    }
}

fn failed(event: Event, error: &ActionError) -> Event {
    event
        .with("status", "failed")
        .with("is_success", false)
        .with("failure_reason", error.to_string())
        .with("return_value", Value::Null)
        .with("events", internal_error_events())
}

/// What rides along with a failure in nemoguardrails 0.24.1.
fn internal_error_events() -> Value {
    json!([
        {"type": "BotIntent", "intent": "inform internal error occurred"},
        {"type": "StartUtteranceBotAction", "script": "I'm sorry, an internal error has occurred."},
        {"type": "hide_prev_turn"},
    ])
}

/// A message as the bot's utterance: its text is the script, everything else stands in `custom`.
fn bot_utterance(message: &Message) -> Value {
    let mut members = message.to_json().as_object().cloned().unwrap_or_default();
    let script = members
        .shift_remove("text")
        .filter(Value::is_string)
        .unwrap_or_else(|| "".into());
    members.retain(|_, value| !is_empty(value));
    let mut event = json!({"type": "StartUtteranceBotAction", "script": script});
    if !members.is_empty() {
        event["custom"] = Value::Object(members);
    }
    event
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Why an event does not start an action. The event is not lost: [`into_event`](Self::into_event).
#[derive(Debug, Clone, PartialEq)]
pub struct ActionStartError(Box<(ActionStartErrorKind, Event)>);

/// What an event lacks to start an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionStartErrorKind {
    /// Its name does not read as `Start…Action`.
    NoActionStart,
    /// It has no `action_uid`, or one that is no text or empty.
    NoActionUid,
    /// One of its fields is nested too deeply.
    TooDeep,
}

impl ActionStartError {
    /// What is missing.
    #[must_use]
    pub fn kind(&self) -> ActionStartErrorKind {
        self.0.0
    }

    /// The event as it came.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.0.1
    }
}

impl fmt::Display for ActionStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, event) = &*self.0;
        let name = crate::arguments::shortened(event.name());
        match kind {
            ActionStartErrorKind::NoActionStart => {
                write!(
                    f,
                    "event `{name}` starts no action; its type must read `Start…Action`"
                )
            }
            ActionStartErrorKind::NoActionUid => {
                write!(
                    f,
                    "event `{name}` has no `action_uid`; give every run of an action a text of its own"
                )
            }
            ActionStartErrorKind::TooDeep => {
                write!(f, "event `{name}` cannot be taken: {}", too_deep())
            }
        }
    }
}

impl std::error::Error for ActionStartError {}
