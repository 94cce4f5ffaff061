//! The definition of a slot in the domain, and of how it is filled.

use serde_json::Value;

use crate::rasa::json::{is_truthy, items, text_member};

/// A slot as the domain defines it; a view that borrows from the [`Domain`](super::Domain).
///
/// ```
/// use action_sdk::rasa::Domain;
/// use serde_json::json;
///
/// let domain = Domain::from_json(json!({"slots": {
///     "age": {"type": "any", "initial_value": 7, "mappings": [
///         {"type": "from_text", "conditions": [{"active_loop": "age_form"}]},
///     ]},
/// }}))?;
/// let age = domain.slot("age").unwrap();
/// assert_eq!((age.name(), age.slot_type(), age.is_global()), ("age", Some("any"), false));
/// assert_eq!(age.initial_value().unwrap(), 7);
/// assert!(age.mappings().next().unwrap().active_loops().eq(["age_form"]));
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DomainSlot<'d> {
    name: &'d str,
    definition: &'d Value,
}

impl<'d> DomainSlot<'d> {
    pub(super) fn new(name: &'d str, definition: &'d Value) -> Self {
        Self { name, definition }
    }

    /// The slot's name.
    pub fn name(&self) -> &'d str {
        self.name
    }

    /// Its type, such as `text`, `bool`, `categorical` or `any`.
    pub fn slot_type(&self) -> Option<&'d str> {
        text_member(self.definition, "type")
    }

    /// Its value before anything fills it.
    pub fn initial_value(&self) -> Option<&'d Value> {
        self.definition.get("initial_value")
    }

    /// Whether its value influences which action comes next. `None` if the domain does not say.
    pub fn influence_conversation(&self) -> Option<bool> {
        self.definition.get("influence_conversation")?.as_bool()
    }

    /// The ways in which it is filled, in order.
    pub fn mappings(&self) -> impl Iterator<Item = SlotMapping<'d>> + use<'d> {
        items(self.definition.get("mappings"))
            .iter()
            .map(SlotMapping)
    }

    /// Whether it is filled independent of the active form: none of its mappings names an active loop.
    pub fn is_global(&self) -> bool {
        !self.mappings().any(|mapping| mapping.has_active_loop())
    }

    /// The definition, unchanged.
    pub fn as_json(&self) -> &'d Value {
        self.definition
    }
}

/// One way in which a slot is filled; a view that borrows from the [`Domain`](super::Domain).
///
/// ```
/// use action_sdk::rasa::Domain;
/// use serde_json::json;
///
/// let domain = Domain::from_json(json!({"slots": {
///     "city": {"type": "text", "mappings": [
///         {"type": "from_entity", "entity": "city", "role": "to", "not_intent": "chitchat"},
///         {"type": "from_intent", "value": "Rome", "intent": ["go_home", "go_back"]},
///     ]},
/// }}))?;
/// let [entity, intent] = domain.slot("city").unwrap().mappings().collect::<Vec<_>>()[..] else { unreachable!() };
/// assert_eq!((entity.mapping_type(), entity.entity(), entity.role()), (Some("from_entity"), Some("city"), Some("to")));
/// assert!(entity.not_intents().eq(["chitchat"]));
/// assert!(intent.intents().eq(["go_home", "go_back"]));
/// assert_eq!(intent.value().unwrap(), "Rome");
/// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotMapping<'d>(&'d Value);

impl<'d> SlotMapping<'d> {
    /// Its type: `from_entity`, `from_intent`, `from_trigger_intent`, `from_text`, `custom`, or a later one.
    pub fn mapping_type(&self) -> Option<&'d str> {
        text_member(self.0, "type")
    }

    /// The entity it takes the value from.
    pub fn entity(&self) -> Option<&'d str> {
        text_member(self.0, "entity")
    }

    /// The role that entity must have.
    pub fn role(&self) -> Option<&'d str> {
        text_member(self.0, "role")
    }

    /// The group that entity must be in.
    pub fn group(&self) -> Option<&'d str> {
        text_member(self.0, "group")
    }

    /// The value it gives, where it does not come from the message.
    pub fn value(&self) -> Option<&'d Value> {
        self.0.get("value")
    }

    /// The intents for which it fills the slot; empty for any intent.
    pub fn intents(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        texts(self.0.get("intent"))
    }

    /// The intents for which it does not fill the slot.
    pub fn not_intents(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        texts(self.0.get("not_intent"))
    }

    /// The forms and loops named by its conditions.
    pub fn active_loops(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        self.conditions()
            .filter_map(|condition| text_member(condition, "active_loop"))
    }

    /// The mapping, unchanged.
    pub fn as_json(&self) -> &'d Value {
        self.0
    }

    fn conditions(&self) -> impl Iterator<Item = &'d Value> + use<'d> {
        items(self.0.get("conditions")).iter()
    }

    fn has_active_loop(&self) -> bool {
        self.conditions()
            .any(|condition| condition.get("active_loop").is_some_and(is_truthy))
    }
}

/// The strings of a list, or a single string in place of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let one = value.and_then(Value::as_str);
    one.into_iter()
        .chain(items(value).iter().filter_map(Value::as_str))
}
