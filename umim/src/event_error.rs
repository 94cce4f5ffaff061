//! Why a JSON string or value is not an event.
//!
//! [`EventError`] says what was found; [`EventErrorKind`] is there to match on.

use std::fmt;

use serde_json::Value;

/// Why something is not an event.
///
/// ```
/// use umim::{Event, EventErrorKind};
///
/// let error = Event::parse(r#"{"uid": "1"}"#).unwrap_err();
/// assert_eq!(error.kind(), EventErrorKind::TypeMissing);
/// assert_eq!(error.to_string(), "an event needs a member `type`; give it one with the event's name");
/// ```
#[derive(Debug)]
pub struct EventError {
    kind: EventErrorKind,
    found: &'static str,
    source: Option<serde_json::Error>,
}

/// The ways in which something can fail to be an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventErrorKind {
    /// The string is not JSON. Both numbers count from 1, as in `serde_json`.
    NotJson {
        /// The line on which parsing stopped.
        line: usize,
        /// The column, in bytes, at which parsing stopped.
        column: usize,
    },
    /// The JSON value is not an object.
    NotAnObject,
    /// The object has no member `type`.
    TypeMissing,
    /// The member `type` is not a string.
    TypeNotText,
    /// The member `type` is the empty string.
    TypeEmpty,
}

impl EventError {
    /// The kind of error, to match on.
    pub fn kind(&self) -> EventErrorKind {
        self.kind
    }

    pub(crate) fn not_an_object(found: &Value) -> Self {
        Self::found(EventErrorKind::NotAnObject, found)
    }

    /// Checks the member `type`; `None` if it is valid.
    pub(crate) fn of_type(found: Option<&Value>) -> Option<Self> {
        match found {
            None => Some(Self::found(EventErrorKind::TypeMissing, &Value::Null)),
            Some(Value::String(name)) if name.is_empty() => Some(Self::type_empty()),
            Some(Value::String(_)) => None,
            Some(other) => Some(Self::found(EventErrorKind::TypeNotText, other)),
        }
    }

    fn type_empty() -> Self {
        Self {
            kind: EventErrorKind::TypeEmpty,
            found: "a text",
            source: None,
        }
    }

    fn found(kind: EventErrorKind, value: &Value) -> Self {
        Self {
            kind,
            found: json_kind(value),
            source: None,
        }
    }
}

impl From<serde_json::Error> for EventError {
    fn from(error: serde_json::Error) -> Self {
        let kind = EventErrorKind::NotJson {
            line: error.line(),
            column: error.column(),
        };
        Self {
            kind,
            found: "broken JSON",
            source: Some(error),
        }
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.found;
        match self.kind {
            EventErrorKind::NotJson { line, column } => write!(
                f,
                "an event is one JSON object, but the text is no JSON from line {line}, column {column} on"
            ),
            EventErrorKind::NotAnObject => write!(f, "an event is a JSON object, found {found}"),
            EventErrorKind::TypeMissing => write!(
                f,
                "an event needs a member `type`; give it one with the event's name"
            ),
            EventErrorKind::TypeNotText => write!(
                f,
                "the member `type` of an event is its name, a text, found {found}"
            ),
            EventErrorKind::TypeEmpty => write!(
                f,
                "the member `type` of an event is its name and cannot be empty"
            ),
        }
    }
}

impl std::error::Error for EventError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

/// The kind of a JSON value, with its article, for messages.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
