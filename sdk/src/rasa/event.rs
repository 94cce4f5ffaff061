//! Events: what an action gives back, to be put into the conversation.
//!
//! [`RasaEvent`] is one of them, [`Events`] all that an action returns.

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
/// There is a constructor for each event that rasa-sdk 3.21.1 has one for, with the same name in snake case. It takes
/// what must be given; what may be given is set by the methods named like it. Members that are not given are
/// null on the wire, `timestamp` among them, which Rasa then fills in. [`raw`](Self::raw) takes any other event.
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
/// It does not implement `serde::Serialize`, because that is how the SDK tells events from other return values:
///
/// ```compile_fail
/// let text = serde_json::to_string(&action_sdk::rasa::RasaEvent::restarted());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RasaEvent(Map<String, Value>); // Invariant: the member `event` is a text and not empty.

impl RasaEvent {
    /// Takes any event from JSON, known to this SDK or not; see [`problems`](Self::problems) for what Rasa may say.
    ///
    /// # Errors
    /// If `value` is no object, or has no member `event` that is a text and not empty.
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

    /// An event of this name that has these members, in this order; `timestamp` comes where it is named.
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

/// The name of an event as a tracker has it; `None` if the value is no event.
pub(super) fn event_name(event: &Value) -> Option<&str> {
    text_member(event, "event")
}
