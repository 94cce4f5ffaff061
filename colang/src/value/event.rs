//! Events as values, and the ids used by references.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Fields, Value, ValueError};

/// Refers to the variables of a flow; the engine resolves the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContextId(pub u64);

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum EventKind {
    /// Neither a flow nor an action.
    #[default]
    Plain,
    /// The life cycle of a flow. Internal events are never sent outside.
    Internal,
    /// The life cycle of an action.
    Action,
}

impl EventKind {
    /// The name that the function `type` returns.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Plain => "Event",
            Self::Internal => "InternalEvent",
            Self::Action => "ActionEvent",
        }
    }
}

/// An event.
///
/// ```
/// use colang::value::{Event, Value};
///
/// let event = Event::new("Ping").with("n", 1);
/// assert_eq!(event.field("name"), Some(Value::from("Ping")));
/// assert_eq!(event.field("n"), Some(Value::from(1)));
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Event {
    /// What it is about.
    pub kind: EventKind,
    /// Its name: `UtteranceUserActionFinished`.
    pub name: Arc<str>,
    /// Its arguments, in order.
    pub arguments: Fields,
    /// The uid of the flow instance it belongs to.
    pub flow: Option<Arc<str>>,
    /// The uid of the action it belongs to.
    pub action: Option<Arc<str>>,
}

impl Event {
    /// A plain event without arguments.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: super::name(name),
            ..Self::default()
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.arguments.insert(super::name(name), value.into());
        self
    }

    /// The value of `$event.name`: a field of the event itself (`name`, `arguments`, `flow`, `action`, `action_uid`)
    /// or else an argument.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        match (name, self.kind) {
            ("name", _) => Some(self.name.clone().into()),
            ("arguments", _) => Some(Value::Dict(Arc::new(
                self.arguments.clone().into_iter().collect(),
            ))),
            ("flow", EventKind::Internal) => {
                Some(self.flow.clone().map_or(Value::None, Value::Flow))
            }
            ("action", EventKind::Action) => {
                Some(self.action.clone().map_or(Value::None, Value::Action))
            }
            ("action_uid", EventKind::Action) => Some(self.action.clone().into()),
            _ => self.arguments.get(name).cloned(),
        }
    }
}

/// The event as flows see it: every member except `type` is an argument. The engine finds the action by the argument
/// `action_uid`.
///
/// ```
/// use colang::value::{Event, Value};
///
/// let outside = umim::Event::new("Ping").with("n", 1);
/// let event = Event::try_from(&outside)?;
/// assert_eq!(event.field("n"), Some(Value::from(1)));
/// # Ok::<(), colang::value::ValueError>(())
/// ```
impl TryFrom<&umim::Event> for Event {
    type Error = ValueError;

    /// # Errors
    /// If it contains an integer that does not fit into 64 bits, or is nested too deeply.
    fn try_from(event: &umim::Event) -> Result<Self, ValueError> {
        let members = event.as_map();
        let mut inside = Self::new(event.name());
        inside.arguments = Fields::with_capacity(members.len().saturating_sub(1));
        let arguments = &mut *inside.arguments;
        for (name, value) in members.iter().filter(|(name, _)| *name != "type") {
            arguments.insert(super::name(name), Value::from_json(value)?);
        }
        Ok(inside)
    }
}
