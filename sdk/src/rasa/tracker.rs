//! The tracker: the state of the conversation that Rasa sends to an action.
//!
//! The data and its parsing are here; queries on the history are in `history.rs`, and constructors for tests in
//! `builder.rs`.

mod builder;
mod history;
mod members;
mod slots;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::deferred::Deferred;
use super::error::RasaJsonError;
use super::json::{items, text_member};
use members::Members;

pub use slots::SlotError;

const NLU_FALLBACK: &str = "nlu_fallback";
const NO_LOOP: &str = "should_not_be_set";

/// The state of a conversation: its slots, its last message, its history.
///
/// It keeps the JSON it was made from and decodes the history only on demand; a server may even leave it as bytes
/// ([`with_deferred_events`](Self::with_deferred_events)). Clones are cheap and independent of each other.
///
/// Two trackers are equal if their senders and events are equal. Numbers are compared as they are written, so 1 is
/// not 1.0.
///
/// ```
/// use action_sdk::rasa::Tracker;
/// use serde_json::json;
///
/// let tracker = Tracker::from_json(json!({
///     "sender_id": "user-1",
///     "slots": {"size": "large"},
///     "latest_message": {"text": "two please", "entities": [{"entity": "number", "value": 2}]},
///     "events": [{"event": "user", "text": "two please", "input_channel": "rest"}],
/// }))?;
/// assert_eq!(tracker.slot("size").unwrap(), "large");
/// assert_eq!(tracker.latest_entity_values("number", None, None).next().unwrap(), 2);
/// assert_eq!(tracker.latest_input_channel(), Some("rest"));
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tracker {
    // `None` is JSON's null, which `current_state` returns unchanged.
    sender_id: Option<String>,
    slots: Option<Arc<Map<String, Value>>>,
    latest_message: Arc<Map<String, Value>>,
    events: Deferred<Vec<Value>>,
    paused: Option<bool>,
    followup_action: Option<String>,
    active_loop: Option<Map<String, Value>>,
    latest_action_name: Option<String>,
    stack: Vec<Value>,
    user_id: Option<String>,
}

impl Tracker {
    /// Parses the member `tracker` of a request.
    ///
    /// Missing members get their defaults, null is accepted for every member, and unknown members are ignored;
    /// `active_form` is used if `active_loop` is missing (rasa-sdk 3.21.1).
    ///
    /// # Errors
    /// If `state` is not an object, has no `sender_id`, or a known member has the wrong type.
    pub fn from_json(state: Value) -> Result<Self, RasaJsonError> {
        let mut members = Members::of(state)?;
        let sender_id = members
            .text("sender_id")?
            .ok_or_else(|| Members::missing("sender_id"))?;
        let active_form = members.object("active_form")?;
        Ok(Self {
            sender_id,
            slots: members
                .object("slots")?
                .unwrap_or_else(no_members)
                .map(Arc::new),
            latest_message: Arc::new(
                members
                    .object("latest_message")?
                    .flatten()
                    .unwrap_or_default(),
            ),
            events: Deferred::ready(members.list("events")?.flatten().unwrap_or_default()),
            paused: members.boolean("paused")?.unwrap_or(Some(false)),
            followup_action: members.text("followup_action")?.flatten(),
            active_loop: members
                .object("active_loop")?
                .or(active_form)
                .unwrap_or_else(no_members),
            latest_action_name: members.text("latest_action_name")?.flatten(),
            stack: members.list("stack")?.flatten().unwrap_or_default(),
            user_id: members.text("user_id")?.flatten(),
        })
    }

    /// For servers: sets a function that supplies the events on first use, instead of those in the JSON.
    ///
    /// It may be called more than once, as clones made before the first use decode for themselves.
    ///
    /// ```
    /// use action_sdk::rasa::Tracker;
    ///
    /// let text = r#"[{"event": "restart"}]"#;
    /// let tracker = Tracker::from_json(serde_json::json!({"sender_id": "u"}))?
    ///     .with_deferred_events(move || serde_json::from_str(text).unwrap_or_default());
    /// assert_eq!(tracker.idx_after_latest_restart(), 1);
    /// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
    /// ```
    #[must_use]
    pub fn with_deferred_events(
        mut self,
        decode: impl Fn() -> Vec<Value> + Send + Sync + 'static,
    ) -> Self {
        self.events = Deferred::later(decode);
        self
    }

    /// The id of the sender, and so of the conversation. Empty if Rasa sent null.
    pub fn sender_id(&self) -> &str {
        self.sender_id.as_deref().unwrap_or_default()
    }

    /// The user's id, if the channel knows it.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// The last message of the user after parsing: `text`, `intent`, `intent_ranking`, `entities`, …
    pub fn latest_message(&self) -> &Map<String, Value> {
        &self.latest_message
    }

    /// The text of the last message.
    pub fn latest_message_text(&self) -> Option<&str> {
        self.latest_message.get("text")?.as_str()
    }

    /// The values of the entities of this type in the last message, in order.
    ///
    /// `None` for `role` or `group` selects entities without one, not entities with any. An entity without a value
    /// gives null.
    ///
    /// ```
    /// use action_sdk::rasa::Tracker;
    /// use serde_json::json;
    ///
    /// let tracker = Tracker::new("u")
    ///     .with_entity(json!({"entity": "city", "value": "Paris", "role": "from"}))
    ///     .with_entity(json!({"entity": "city", "value": "Rome"}));
    /// assert_eq!(tracker.latest_entity_values("city", None, None).next().unwrap(), "Rome");
    /// assert_eq!(tracker.latest_entity_values("city", Some("from"), None).next().unwrap(), "Paris");
    /// ```
    pub fn latest_entity_values<'t>(
        &'t self,
        entity_type: &'t str,
        role: Option<&'t str>,
        group: Option<&'t str>,
    ) -> impl Iterator<Item = &'t Value> {
        items(self.latest_message.get("entities"))
            .iter()
            .filter(move |entity| text_member(entity, "entity") == Some(entity_type))
            .filter(move |entity| is_text_or_absent(entity.get("role"), role))
            .filter(move |entity| is_text_or_absent(entity.get("group"), group))
            .map(|entity| entity.get("value").unwrap_or(&Value::Null))
    }

    /// The most likely intent of the last message. If that is `nlu_fallback` and `skip_fallback` is set, the second
    /// most likely.
    ///
    /// ```
    /// use action_sdk::rasa::Tracker;
    ///
    /// let tracker = Tracker::new("u").with_intent("nlu_fallback", 0.7).with_intent("greet", 0.4);
    /// assert_eq!(tracker.intent_of_latest_message(true), Some("greet"));
    /// assert_eq!(tracker.intent_of_latest_message(false), Some("nlu_fallback"));
    /// ```
    pub fn intent_of_latest_message(&self, skip_fallback: bool) -> Option<&str> {
        let ranking = items(self.latest_message.get("intent_ranking"));
        let first = text_member(ranking.first()?, "name");
        if skip_fallback && first == Some(NLU_FALLBACK) {
            return text_member(ranking.get(1)?, "name");
        }
        first
    }

    /// Whether the bot is paused.
    pub fn is_paused(&self) -> bool {
        self.paused.unwrap_or_default()
    }

    /// The action that runs next, regardless of the policies.
    pub fn followup_action(&self) -> Option<&str> {
        self.followup_action.as_deref()
    }

    /// The active form or loop as sent by Rasa, `{}` if there is none; `None` if Rasa sent null.
    pub fn active_loop(&self) -> Option<&Map<String, Value>> {
        self.active_loop.as_ref()
    }

    /// The name of the active form or loop, if there is one.
    ///
    /// ```
    /// # use action_sdk::rasa::Tracker;
    /// assert_eq!(Tracker::new("u").active_loop_name(), None);
    /// assert_eq!(Tracker::new("u").with_active_loop("pizza_form").active_loop_name(), Some("pizza_form"));
    /// ```
    pub fn active_loop_name(&self) -> Option<&str> {
        self.active_loop
            .as_ref()?
            .get("name")?
            .as_str()
            .filter(|name| *name != NO_LOOP)
    }

    /// The old name of [`active_loop`](Self::active_loop).
    #[deprecated(note = "use `active_loop`")]
    pub fn active_form(&self) -> Option<&Map<String, Value>> {
        self.active_loop()
    }

    /// The name of the action before this one, or the text of an end-to-end action.
    pub fn latest_action_name(&self) -> Option<&str> {
        self.latest_action_name.as_deref()
    }

    /// The dialogue stack of rasa-pro, beginning with the bottom frame.
    pub fn stack(&self) -> &[Value] {
        &self.stack
    }

    /// The state in the form of rasa-sdk's `current_state`, copied: what was parsed, without `followup_action`, and
    /// with `latest_event_time` and `latest_input_channel` computed from the events.
    ///
    /// ```
    /// # use action_sdk::rasa::Tracker;
    /// assert_eq!(Tracker::new("u").current_state()["sender_id"], "u");
    /// ```
    pub fn current_state(&self) -> Value {
        json!({
            "sender_id": self.sender_id,
            "slots": self.slots.as_deref(),
            "latest_message": *self.latest_message,
            "latest_event_time": self.events().last().and_then(|event| event.get("timestamp")),
            "paused": self.paused,
            "events": self.events(),
            "latest_input_channel": self.latest_input_channel(),
            "active_loop": self.active_loop,
            "latest_action_name": self.latest_action_name,
            "stack": self.stack,
            "user_id": self.user_id,
        })
    }

    /// The tracker as Rasa sends it, copied: what [`from_json`](Self::from_json) reads.
    ///
    /// ```
    /// use action_sdk::rasa::Tracker;
    ///
    /// let tracker = Tracker::new("u").with_slot("size", "large").with_followup_action("action_pay");
    /// let again = Tracker::from_json(tracker.to_json())?;
    /// assert_eq!(again.followup_action(), Some("action_pay"));
    /// assert_eq!(again.current_state(), tracker.current_state());
    /// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
    /// ```
    pub fn to_json(&self) -> Value {
        json!({
            "sender_id": self.sender_id,
            "slots": self.slots.as_deref(),
            "latest_message": *self.latest_message,
            "events": self.events(),
            "paused": self.paused,
            "followup_action": self.followup_action,
            "active_loop": self.active_loop,
            "latest_action_name": self.latest_action_name,
            "stack": self.stack,
            "user_id": self.user_id,
        })
    }
}

impl PartialEq for Tracker {
    fn eq(&self, other: &Self) -> bool {
        self.sender_id == other.sender_id && self.events() == other.events()
    }
}

fn is_text_or_absent(found: Option<&Value>, wanted: Option<&str>) -> bool {
    match wanted {
        Some(wanted) => found.and_then(Value::as_str) == Some(wanted),
        None => found.is_none_or(Value::is_null),
    }
}

fn no_members() -> Option<Map<String, Value>> {
    Some(Map::new())
}
