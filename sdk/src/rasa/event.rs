//! Events that an action returns, to be added to the conversation.
//!
//! [`RasaEvent`] is a single event, [`Events`] all events that an action returns.

mod constructors;
mod events;
mod options;
mod problem;
mod reminder_time;

use serde_json::{Map, Value};

use super::error::RasaJsonError;
use super::json::text_member;

pub use events::Events;
pub use problem::EventProblem;
pub use reminder_time::{ReminderTime, ReminderTimeError};

/// One event of a Rasa conversation: a JSON object whose member `event` says what happened.
///
/// There is a constructor for each event that has one in rasa-sdk 3.21.1, with the same name in snake case. Required
/// members are its arguments; optional members are set by methods of the same names. Members that are not set are
/// null on the wire, including `timestamp`, which Rasa then fills in. Use [`raw`](Self::raw) for any other event.
///
/// ```
/// use action_sdk::rasa::RasaEvent;
/// use serde_json::json;
///
/// let event = RasaEvent::slot_set("size", "large");
/// assert_eq!(event.into_json(), json!({"event": "slot", "timestamp": null, "name": "size", "value": "large"}));
///
/// let event = RasaEvent::bot_uttered().text("yo").timestamp(1_700_000_000.25);
/// assert_eq!(event.as_json()["text"], "yo");
/// ```
///
/// It does not implement `serde::Serialize`, because that is how the SDK distinguishes events from other return
/// values:
///
/// ```compile_fail
/// let text = serde_json::to_string(&action_sdk::rasa::RasaEvent::restarted());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RasaEvent(Map<String, Value>); // Invariant: the member `event` is a non-empty string.

impl RasaEvent {
    /// Takes any event from JSON, known to this SDK or not. [`problems`](Self::problems) tells whether Rasa may
    /// refuse it.
    ///
    /// # Errors
    /// If `value` is not an object, or its member `event` is missing, not a string, or empty.
    ///
    /// ```
    /// # use action_sdk::rasa::RasaEvent;
    /// use serde_json::json;
    ///
    /// assert!(RasaEvent::raw(json!({"event": "my_custom", "x": 1})).is_ok());
    /// assert!(RasaEvent::raw(json!({"event": ""})).is_err());
    /// ```
    pub fn raw(value: Value) -> Result<Self, RasaJsonError> {
        const WHAT: &str = "an event";
        let Value::Object(members) = value else {
            return Err(RasaJsonError::not_an_object(WHAT, &value));
        };
        match members.get("event") {
            None => Err(RasaJsonError::missing(WHAT, "event")),
            Some(Value::String(name)) if name.is_empty() => {
                Err(RasaJsonError::empty(WHAT, "event"))
            }
            Some(Value::String(_)) => Ok(Self(members)),
            Some(other) => Err(RasaJsonError::wrong_type(WHAT, "event", "a text", other)),
        }
    }

    /// What happened: the member `event`, such as `slot`.
    pub fn name(&self) -> &str {
        self.0
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// The wire form, borrowed.
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The wire form.
    pub fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// The wire form, without copying.
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    /// An event of this name with these members, in this order; the position of `timestamp` is given by its name.
    fn build<const N: usize>(event: &str, members: [(&str, Value); N]) -> Self {
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Self(
            [("event".to_owned(), event.into())]
                .into_iter()
                .chain(members)
                .collect(),
        )
    }

    fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }
}

/// The wire form.
impl From<RasaEvent> for Value {
    fn from(event: RasaEvent) -> Self {
        event.into_json()
    }
}

/// The name of an event in a tracker; `None` if the value is not an event.
pub(super) fn event_name(event: &Value) -> Option<&str> {
    text_member(event, "event")
}
