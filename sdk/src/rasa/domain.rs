//! The domain: the definition of a Rasa assistant, as far as actions may need it.
//!
//! [`Domain`] is here; the definitions of slots are in `slot.rs`.

mod slot;

use serde_json::{Map, Value};

use super::deferred::Deferred;
use super::error::RasaJsonError;
use super::json::{items, members};

pub use slot::{DomainSlot, SlotMapping};

/// The domain that came with a request or with an earlier one. It is immutable, and clones share it.
///
/// Its contents are not validated: a member that is missing or has the wrong type reads as empty. Members that have
/// no method here are kept, see [`member`](Self::member).
///
/// ```
/// use action_sdk::rasa::Domain;
/// use serde_json::json;
///
/// let domain = Domain::from_json(json!({
///     "intents": ["greet", {"order": {"use_entities": ["size"]}}],
///     "slots": {"size": {"type": "text", "mappings": [{"type": "from_entity", "entity": "size"}]}},
///     "forms": {"pizza_form": {"required_slots": ["size"]}},
/// }))?;
/// assert!(domain.intents().eq(["greet", "order"]));
/// assert!(domain.required_slots_of_form("pizza_form").eq(["size"]));
/// assert_eq!(domain.slot("size").unwrap().slot_type(), Some("text"));
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Domain {
    members: Deferred<Map<String, Value>>,
}

/// When a session of the conversation ends, and what is carried over to the next one: the domain's `session_config`.
///
/// ```
/// use action_sdk::rasa::{Domain, SessionConfig};
///
/// let domain = Domain::from_json(serde_json::json!({"session_config": {"session_expiration_time": 60}}))?;
/// let SessionConfig { session_expiration_time, carry_over_slots_to_new_session } = domain.session_config();
/// assert_eq!((session_expiration_time, carry_over_slots_to_new_session), (Some(60.0), None));
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SessionConfig {
    /// After how many minutes without a message a session ends; 0 for never. `None` if the domain does not say.
    pub session_expiration_time: Option<f64>,
    /// Whether the next session keeps the slots. `None` if the domain does not say.
    pub carry_over_slots_to_new_session: Option<bool>,
}

impl Domain {
    /// Reads the member `domain` of a request.
    ///
    /// # Errors
    /// If `domain` is not an object.
    pub fn from_json(domain: Value) -> Result<Self, RasaJsonError> {
        if let Value::Object(members) = domain {
            Ok(Self {
                members: Deferred::ready(members),
            })
        } else {
            Err(RasaJsonError::not_an_object("a domain", &domain))
        }
    }

    /// For servers: a domain that `decode` supplies on first use, so that a large domain that no action uses is never
    /// decoded. Clones made before the first use decode for themselves.
    ///
    /// ```
    /// use action_sdk::rasa::Domain;
    ///
    /// let domain = Domain::deferred(|| serde_json::from_str(r#"{"actions": ["action_x"]}"#).unwrap_or_default());
    /// assert!(domain.actions().eq(["action_x"]));
    /// ```
    pub fn deferred(decode: impl Fn() -> Map<String, Value> + Send + Sync + 'static) -> Self {
        Self {
            members: Deferred::later(decode),
        }
    }

    /// The names of the intents.
    pub fn intents(&self) -> impl Iterator<Item = &str> {
        self.names("intents")
    }

    /// The names of the entities.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        self.names("entities")
    }

    /// The names of the actions.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.names("actions")
    }

    /// The texts of the end-to-end actions.
    pub fn e2e_actions(&self) -> impl Iterator<Item = &str> {
        self.names("e2e_actions")
    }

    /// The slots, in the order of the JSON.
    pub fn slots(&self) -> impl Iterator<Item = DomainSlot<'_>> {
        members(self.member("slots"))
            .iter()
            .map(|(name, definition)| DomainSlot::new(name, definition))
    }

    /// The slot of this name.
    pub fn slot(&self, name: &str) -> Option<DomainSlot<'_>> {
        let (name, definition) = members(self.member("slots")).get_key_value(name)?;
        Some(DomainSlot::new(name, definition))
    }

    /// The slots that are filled independent of the active form: none of their mappings names an active loop.
    pub fn global_slots(&self) -> impl Iterator<Item = &str> {
        self.slots()
            .filter(DomainSlot::is_global)
            .map(|slot| slot.name())
    }

    /// The names of the responses, such as `utter_greet`.
    pub fn responses(&self) -> impl Iterator<Item = &str> {
        members(self.member("responses")).keys().map(String::as_str)
    }

    /// The variations of the response of this name; empty if there is no such response.
    pub fn response(&self, name: &str) -> &[Value] {
        items(members(self.member("responses")).get(name))
    }

    /// The names of the forms.
    pub fn forms(&self) -> impl Iterator<Item = &str> {
        members(self.member("forms")).keys().map(String::as_str)
    }

    /// The definition of the form of this name.
    pub fn form(&self, name: &str) -> Option<&Map<String, Value>> {
        members(self.member("forms")).get(name)?.as_object()
    }

    /// The slots that this form asks for, in order; empty if there is no such form or it does not say.
    pub fn required_slots_of_form(&self, name: &str) -> impl Iterator<Item = &str> {
        let required = self.form(name).and_then(|form| form.get("required_slots"));
        names_in(required)
    }

    /// When sessions end.
    pub fn session_config(&self) -> SessionConfig {
        let config = members(self.member("session_config"));
        SessionConfig {
            session_expiration_time: config
                .get("session_expiration_time")
                .and_then(Value::as_f64),
            carry_over_slots_to_new_session: config
                .get("carry_over_slots_to_new_session")
                .and_then(Value::as_bool),
        }
    }

    /// The domain's member `config`, such as `store_entities_as_slots`.
    pub fn config(&self) -> &Map<String, Value> {
        members(self.member("config"))
    }

    /// The member of this name, unchanged.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.as_json().get(name)
    }

    /// The whole domain, unchanged.
    pub fn as_json(&self) -> &Map<String, Value> {
        self.members.value()
    }

    /// The whole domain, copied.
    pub fn to_json(&self) -> Value {
        Value::Object(self.as_json().clone())
    }

    fn names(&self, member: &str) -> impl Iterator<Item = &str> + use<'_> {
        names_in(self.member(member))
    }
}

/// An empty domain.
impl Default for Domain {
    fn default() -> Self {
        Self {
            members: Deferred::ready(Map::new()),
        }
    }
}

impl PartialEq for Domain {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

/// The names in a list, whose entries are strings or objects with the name as their only key. If it is an object
/// instead of a list, its keys are the names.
fn names_in(list: Option<&Value>) -> impl Iterator<Item = &str> {
    let named = items(list)
        .iter()
        .filter_map(|item| match item.as_object() {
            Some(definition) => name_of(definition),
            None => item.as_str(),
        });
    named.chain(members(list).keys().map(String::as_str))
}

/// The only key of an object. Over gRPC, the string or object comes as a member of its own.
fn name_of(definition: &Map<String, Value>) -> Option<&str> {
    let (key, value) = definition.iter().next()?;
    match (key.as_str(), value) {
        ("string_value", Value::String(name)) => Some(name),
        ("dict_value", Value::Object(definition)) => definition.keys().next().map(String::as_str),
        (key, _) => Some(key),
    }
}
