//! The events that an action returns.

use serde_json::Value;

use super::RasaEvent;

/// The events that an action returns, in the order in which they are to happen.
///
/// ```
/// use action_sdk::rasa::{Events, RasaEvent};
///
/// let one: Events = RasaEvent::restarted().into();
/// let two = Events::from([RasaEvent::slot_set("a", 1), RasaEvent::slot_set("b", 2)]);
/// let mut all: Events = one.into_iter().chain(two).collect();
/// all.push(RasaEvent::followup_action("action_next"));
///
/// let names: Vec<_> = all.iter().map(RasaEvent::name).collect();
/// assert_eq!(names, ["restart", "slot", "slot", "followup"]);
/// ```
///
/// Like [`RasaEvent`] it does not implement `serde::Serialize`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Events(Vec<RasaEvent>);

impl Events {
    /// No events.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes all valid events ([`RasaEvent::raw`]) and drops the rest, as rasa-sdk 3.21.1 does. It logs an error, but
    /// what was dropped only at level debug, since it may be private.
    ///
    /// ```
    /// # use action_sdk::rasa::Events;
    /// use serde_json::json;
    ///
    /// let events = Events::from_raw([json!({"name": "x"}), json!(7), json!({"event": "my_custom"})]);
    /// assert_eq!(events.len(), 1);
    /// ```
    pub fn from_raw(values: impl IntoIterator<Item = Value>) -> Self {
        values.into_iter().filter_map(kept).collect()
    }

    /// Appends an event.
    pub fn push(&mut self, event: RasaEvent) {
        self.0.push(event);
    }

    /// The number of events.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no events.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The events in order.
    pub fn iter(&self) -> std::slice::Iter<'_, RasaEvent> {
        self.0.iter()
    }

    /// The wire form of all of them, without copying.
    pub fn into_json(self) -> Vec<Value> {
        self.0.into_iter().map(RasaEvent::into_json).collect()
    }
}

fn kept(value: Value) -> Option<RasaEvent> {
    let content = tracing::enabled!(tracing::Level::DEBUG).then(|| value.to_string());
    RasaEvent::raw(value)
        .inspect_err(|error| {
            tracing::error!(%error, "an action returned something that is no event; it is dropped");
            tracing::debug!(content, "what was dropped");
        })
        .ok()
}

impl From<RasaEvent> for Events {
    fn from(event: RasaEvent) -> Self {
        Self(vec![event])
    }
}

impl From<Vec<RasaEvent>> for Events {
    fn from(events: Vec<RasaEvent>) -> Self {
        Self(events)
    }
}

impl<const N: usize> From<[RasaEvent; N]> for Events {
    fn from(events: [RasaEvent; N]) -> Self {
        Self(events.into())
    }
}

impl FromIterator<RasaEvent> for Events {
    fn from_iter<I: IntoIterator<Item = RasaEvent>>(events: I) -> Self {
        Self(events.into_iter().collect())
    }
}

impl Extend<RasaEvent> for Events {
    fn extend<I: IntoIterator<Item = RasaEvent>>(&mut self, events: I) {
        self.0.extend(events);
    }
}

impl IntoIterator for Events {
    type Item = RasaEvent;
    type IntoIter = std::vec::IntoIter<RasaEvent>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'e> IntoIterator for &'e Events {
    type Item = &'e RasaEvent;
    type IntoIter = std::slice::Iter<'e, RasaEvent>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
