//! The values of variables: [`Value`], with Python's equality, truth, order and printed form.
//!
//! Values are cheap to clone and have value semantics: lists, dicts and sets are shared and copied on write.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other types are treated, mostly refused, alike"
)]

mod compare;
mod dict;
mod error;
mod event;
mod fields;
mod json;
mod names;
mod outcome;
mod pattern;
mod pattern_effort;
mod pattern_syntax;
mod saved;
mod set;
mod sorting;
mod text;
mod weight;

use std::sync::Arc;

pub(crate) use compare::whole;
pub use dict::Dict;
pub use error::ValueError;
pub use event::{ContextId, Event, EventKind};
pub use fields::Fields;
pub use json::MAX_JSON_NODES;
pub(crate) use names::name;
pub use outcome::RailOutcome;
pub(crate) use pattern::Spend;
pub use pattern::{Comparator, Comparison, Regex};
pub(crate) use saved::is_plain;
pub use set::Set;
pub(crate) use sorting::sorted;
pub use text::float_text;
pub(crate) use text::{is_printable, is_space};
pub(crate) use weight::MAX_LEVELS;

/// A value of a Colang program.
///
/// `==` in Rust is the equality of container elements and dict keys: Python's (`1 == 1.0 == True`), except that NaN
/// equals itself. Colang's operator `==` is [`Value::equals`].
///
/// ```
/// use colang::value::Value;
///
/// let list = Value::list([Value::from(1), Value::from("two"), Value::None]);
/// assert_eq!(list.to_string(), "[1, 'two', None]");
/// assert_eq!(Value::from(1), Value::from(true));
/// assert!(!Value::from("").is_true());
/// ```
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// `None`
    #[default]
    None,
    /// `True`, `False`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string.
    Str(Arc<str>),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A tuple.
    Tuple(Arc<Vec<Value>>),
    /// A dict; keeps the order of insertion.
    Dict(Arc<Dict>),
    /// The outcome of a rail.
    RailOutcome(Arc<RailOutcome>),
    /// A set; keeps the order of insertion, prints sorted.
    Set(Arc<Set>),
    /// A compiled regular expression.
    Regex(Regex),
    /// `less_than(3)` and similar: a pattern for numbers.
    Comparison(Comparison),
    /// An instance of a flow, by its uid.
    Flow(Arc<str>),
    /// An action, by its uid.
    Action(Arc<str>),
    /// An event that was matched or built.
    Event(Arc<Event>),
    /// The live variables of a flow.
    Context(ContextId),
}

impl Value {
    /// A list of these.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Self {
        Self::List(Arc::new(items.into_iter().collect()))
    }

    /// A tuple of these.
    pub fn tuple(items: impl IntoIterator<Item = Value>) -> Self {
        Self::Tuple(Arc::new(items.into_iter().collect()))
    }

    /// The name of its type, as returned by the function `type`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Dict(_) | Self::Context(_) => "dict",
            Self::RailOutcome(_) => "RailOutcome",
            Self::Set(_) => "set",
            Self::Regex(_) => "Pattern",
            Self::Comparison(_) => "ComparisonExpression",
            Self::Flow(_) => "FlowState",
            Self::Action(_) => "Action",
            Self::Event(event) => event.kind.type_name(),
        }
    }

    /// The name of its type for messages.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "a bool",
            Self::Int(_) => "an int",
            Self::Float(_) => "a float",
            Self::Str(_) => "a str",
            Self::List(_) => "a list",
            Self::Tuple(_) => "a tuple",
            Self::Dict(_) => "a dict",
            Self::RailOutcome(_) => "the outcome of a rail",
            Self::Set(_) => "a set",
            Self::Regex(_) => "a regular expression",
            Self::Comparison(_) => "a comparison",
            Self::Flow(_) => "a flow",
            Self::Action(_) => "an action",
            Self::Event(_) => "an event",
            Self::Context(_) => "the variables of a flow",
        }
    }

    /// Its truth value: false for 0, `False`, `None` and everything empty.
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::None => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(items) | Self::Tuple(items) => !items.is_empty(),
            Self::Dict(dict) => !dict.is_empty(),
            Self::Set(set) => !set.is_empty(),
            Self::RailOutcome(_)
            | Self::Regex(_)
            | Self::Comparison(_)
            | Self::Flow(_)
            | Self::Action(_)
            | Self::Event(_)
            | Self::Context(_) => true,
        }
    }

    /// Whether it is `None`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The integer, if it is one; `True` and `False` count as 1 and 0.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// The number as a float; `True` and `False` count as 1 and 0.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "Python rounds, too")]
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Self::Float(value) => Some(*value),
            other => other.as_int().map(|value| value as f64),
        }
    }

    /// The items of a list or tuple.
    #[must_use]
    pub fn as_items(&self) -> Option<&[Value]> {
        if let Self::List(items) | Self::Tuple(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The dict, if it is one.
    #[must_use]
    pub fn as_dict(&self) -> Option<&Dict> {
        if let Self::Dict(dict) = self {
            Some(dict)
        } else {
            None
        }
    }

    /// Whether it refers to a flow, an action, an event or the variables of a flow.
    #[must_use]
    pub fn is_reference(&self) -> bool {
        matches!(
            self,
            Self::Flow(_) | Self::Action(_) | Self::Event(_) | Self::Context(_)
        )
    }

    /// Whether both share their contents, so that they are equal without comparing.
    pub(crate) fn is_same_shared(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) | (Self::Tuple(left), Self::Tuple(right)) => {
                Arc::ptr_eq(left, right)
            }
            (Self::Dict(left), Self::Dict(right)) => Arc::ptr_eq(left, right),
            (Self::RailOutcome(left), Self::RailOutcome(right)) => Arc::ptr_eq(left, right),
            (Self::Set(left), Self::Set(right)) => Arc::ptr_eq(left, right),
            (Self::Event(left), Self::Event(right)) => Arc::ptr_eq(left, right),
            _ => false,
        }
    }

    /// Whether it can be a dict key or a set element.
    #[must_use]
    pub fn is_hashable(&self) -> bool {
        match self {
            Self::List(_)
            | Self::Dict(_)
            | Self::RailOutcome(_)
            | Self::Set(_)
            | Self::Context(_) => false,
            Self::Tuple(items) => items.iter().all(Self::is_hashable),
            Self::None
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Regex(_)
            | Self::Comparison(_)
            | Self::Flow(_)
            | Self::Action(_)
            | Self::Event(_) => true,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Self {
        Self::Str(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(Arc::new(items))
    }
}

impl From<Dict> for Value {
    fn from(dict: Dict) -> Self {
        Self::Dict(Arc::new(dict))
    }
}

impl From<RailOutcome> for Value {
    fn from(outcome: RailOutcome) -> Self {
        Self::RailOutcome(Arc::new(outcome))
    }
}

impl From<Set> for Value {
    fn from(set: Set) -> Self {
        Self::Set(Arc::new(set))
    }
}

impl From<Event> for Value {
    fn from(event: Event) -> Self {
        Self::Event(Arc::new(event))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
