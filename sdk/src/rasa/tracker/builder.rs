//! Constructors of trackers, for tests of actions.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Tracker;
use crate::rasa::deferred::Deferred;
use crate::rasa::event::RasaEvent;
use crate::rasa::json::items;

/// Constructors. Everything that is not set is empty, as at the beginning of a conversation.
///
/// ```
/// use action_sdk::rasa::{RasaEvent, Tracker};
///
/// let tracker = Tracker::new("user-1")
///     .with_slot("name", "Ada")
///     .with_text("hello")
///     .with_intent("greet", 0.98)
///     .with_event(RasaEvent::user_uttered("hello").input_channel("rest"));
/// assert_eq!(tracker.latest_message_text(), Some("hello"));
/// assert_eq!(tracker.latest_input_channel(), Some("rest"));
/// ```
impl Tracker {
    /// A conversation with this sender, without events.
    pub fn new(sender_id: impl Into<String>) -> Self {
        Self {
            sender_id: Some(sender_id.into()),
            slots: Some(Arc::default()),
            latest_message: Arc::default(),
            events: Deferred::ready(Vec::new()),
            paused: Some(false),
            followup_action: None,
            active_loop: Some(Map::new()),
            latest_action_name: None,
            stack: Vec::new(),
            user_id: None,
        }
    }

    /// Sets a slot, without an event for it.
    #[must_use]
    pub fn with_slot(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        Arc::make_mut(self.slots.get_or_insert_default()).insert(name.into(), value.into());
        self
    }

    /// Appends an event to the history. Slots and messages do not change: applying the event is up to Rasa.
    #[must_use]
    pub fn with_event(mut self, event: RasaEvent) -> Self {
        self.events.value_mut().push(event.into_json());
        self
    }

    /// Appends events to the history.
    #[must_use]
    pub fn with_events(mut self, events: impl IntoIterator<Item = RasaEvent>) -> Self {
        self.events
            .value_mut()
            .extend(events.into_iter().map(RasaEvent::into_json));
        self
    }

    /// Replaces the whole last message.
    #[must_use]
    pub fn with_latest_message(mut self, latest_message: Map<String, Value>) -> Self {
        self.latest_message = Arc::new(latest_message);
        self
    }

    /// Sets the text of the last message.
    #[must_use]
    pub fn with_text(self, text: impl Into<String>) -> Self {
        self.with_message_member("text", text.into().into())
    }

    /// Adds an intent to the last message, after those already there; the first is the most likely.
    #[must_use]
    pub fn with_intent(self, name: impl Into<String>, confidence: f64) -> Self {
        let intent = json!({"name": name.into(), "confidence": confidence});
        let has_intent = self.latest_message.contains_key("intent");
        let ranked = self.with_message_item("intent_ranking", intent.clone());
        if has_intent {
            ranked
        } else {
            ranked.with_message_member("intent", intent)
        }
    }

    /// Adds an entity to the last message: an object with `entity`, `value` and optionally `role` and `group`.
    #[must_use]
    pub fn with_entity(self, entity: impl Into<Value>) -> Self {
        self.with_message_item("entities", entity.into())
    }

    /// Sets the active form or loop.
    #[must_use]
    pub fn with_active_loop(mut self, name: impl Into<String>) -> Self {
        self.active_loop = Some(Map::from_iter([("name".to_owned(), name.into().into())]));
        self
    }

    /// Sets the action that runs next.
    #[must_use]
    pub fn with_followup_action(mut self, name: impl Into<String>) -> Self {
        self.followup_action = Some(name.into());
        self
    }

    /// Sets the name of the previous action, without an event for it.
    #[must_use]
    pub fn with_latest_action_name(mut self, name: impl Into<String>) -> Self {
        self.latest_action_name = Some(name.into());
        self
    }

    /// Sets whether the bot is paused.
    #[must_use]
    pub fn with_paused(mut self, paused: bool) -> Self {
        self.paused = Some(paused);
        self
    }

    /// Sets the dialogue stack, beginning with the bottom frame.
    #[must_use]
    pub fn with_stack(mut self, stack: Vec<Value>) -> Self {
        self.stack = stack;
        self
    }

    /// Sets the user's id.
    #[must_use]
    pub fn with_user_id(mut self, user_id: impl Into<String>) -> Self {
        self.user_id = Some(user_id.into());
        self
    }

    fn with_message_member(mut self, name: &str, value: Value) -> Self {
        Arc::make_mut(&mut self.latest_message).insert(name.to_owned(), value);
        self
    }

    fn with_message_item(self, name: &str, item: Value) -> Self {
        let mut list = items(self.latest_message.get(name)).to_vec();
        list.push(item);
        self.with_message_member(name, Value::Array(list))
    }
}
