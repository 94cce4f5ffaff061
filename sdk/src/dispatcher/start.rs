//! A checked `Start…Action` event, and the `…ActionFinished` event that answers it.

use crate::contain::discard;
use crate::depth::{is_shallow, too_deep};
use crate::error::ActionError;
use crate::rasa::Message;
use crate::result::{ActionResult, Extras};
use serde_json::{Map, Value, json};
use std::fmt;
use std::sync::Arc;
use umim::{ActionEventKind, ActionEventName, Event};

/// A checked `Start…Action` event: it names an action and has the uid of the run.
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
    /// The action to run: `CustomTestAction` of `StartCustomTestAction`.
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

    /// The arguments for the action: the fields of the event that are not part of every such event.
    #[must_use]
    pub fn arguments(&self) -> Map<String, Value> {
        self.event
            .arguments()
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// The `…ActionFinished` event for an outcome, without uid and times, for hosts with their own uids and clock.
    /// Its fields and their order are those of nemoguardrails 0.24.1.
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
            Err(error) => {
                let event = failed(event, &error);
                // Its cause belongs to the action, and may panic when it is dropped; the reason is already in the
                // event.
                let _told_already = discard(error);
                event
            }
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
    /// Takes out all events that say something to the user, as `StartUtteranceBotAction` events: the messages that
    /// the action gave to its `dispatcher`, and those of its events that start, change or update an utterance of the
    /// bot. A host checks them like any other bot message.
    ///
    /// The text is the `script`; the other parts of a message are in `custom`. They may have neither uid nor time
    /// yet.
    ///
    /// ```
    /// use action_sdk::{ActionResult, Event};
    ///
    /// let said = Event::new("StartUtteranceBotAction").with("script", "Hello!");
    /// let mut result = ActionResult::value(5).with_event(said.clone()).with_event(Event::new("Noted"));
    /// assert_eq!(result.take_utterances(), [said]);
    /// assert_eq!(result.events(), [Event::new("Noted")]);
    /// ```
    pub fn take_utterances(&mut self) -> Vec<Event> {
        let messages = self.take_responses();
        let messages = messages.iter().map(bot_utterance);
        let events = self.take_events(says_something).into_iter();
        messages.chain(events.map(as_start)).collect()
    }
}

const UTTERANCE: &str = "UtteranceBotAction";

/// Whether the user could see the event as a message of the bot.
fn says_something(event: &Event) -> bool {
    event.action_event().is_some_and(|name| {
        let is_shown = match name.kind() {
            ActionEventKind::Start => true,
            ActionEventKind::Change | ActionEventKind::Updated => text_of(event).is_some(),
            ActionEventKind::Started | ActionEventKind::Stop | ActionEventKind::Finished => false,
        };
        is_shown && name.action() == UTTERANCE
    })
}

fn text_of(event: &Event) -> Option<&Value> {
    event
        .value("script")
        .or_else(|| event.value("interim_script"))
}

/// The event, if it starts an utterance; otherwise one that starts it with the same text.
fn as_start(event: Event) -> Event {
    let is_start = event.action_event().map(|name| name.kind()) == Some(ActionEventKind::Start);
    match text_of(&event) {
        Some(text) if !is_start => utterance(text.clone()),
        Some(_) => event,
        None => event.with("script", ""),
    }
}

fn utterance(script: Value) -> Event {
    let name = ActionEventName::new(ActionEventKind::Start, UTTERANCE);
    Event::new(name.to_string()).with("script", script)
}

fn succeeded(event: Event, result: ActionResult) -> Event {
    let (return_value, extras) = result.parted();
    let Extras {
        events,
        context_updates,
        responses,
        ..
    } = extras;
    let riding = events.into_iter().map(Value::from).chain(
        responses
            .iter()
            .map(|message| bot_utterance(message).into()),
    );
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

/// The events that nemoguardrails 0.24.1 adds to a failure.
fn internal_error_events() -> Value {
    json!([
        {"type": "BotIntent", "intent": "inform internal error occurred"},
        {"type": "StartUtteranceBotAction", "script": "I'm sorry, an internal error has occurred."},
        {"type": "hide_prev_turn"},
    ])
}

/// A message as an utterance of the bot: its text is the script, everything else is in `custom`.
fn bot_utterance(message: &Message) -> Event {
    let mut members = message.to_json().as_object().cloned().unwrap_or_default();
    let script = match members.get("text").is_some_and(Value::is_string) {
        true => members.shift_remove("text").unwrap_or_default(),
        false => "".into(),
    };
    members.retain(|_, value| !is_empty(value));
    match members.is_empty() {
        true => utterance(script),
        false => utterance(script).with("custom", members),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Why an event does not start an action. [`into_event`](Self::into_event) returns the event.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionStartError(Box<(ActionStartErrorKind, Event)>);

/// Why an event does not start an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionStartErrorKind {
    /// Its name does not have the form `Start…Action`.
    NoActionStart,
    /// Its `action_uid` is missing, not a string, or empty.
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

    /// The event, unchanged.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.0.1
    }
}

impl fmt::Display for ActionStartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, event) = &*self.0;
        let name = crate::shown::shortened(event.name());
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
