//! The event: a name and fields, flat on the wire, in the order in which they were written.
//!
//! [`Event`] keeps every field it is given, known or not, and knows which of them belong to the envelope.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::event_error::EventError;
use crate::{ActionEventKind, ActionEventName, Timestamp};

pub(crate) const TYPE: &str = "type";
pub(crate) const UID: &str = "uid";
pub(crate) const CREATED_AT: &str = "event_created_at";
pub(crate) const SOURCE_UID: &str = "source_uid";
pub(crate) const ACTION_UID: &str = "action_uid";
pub(crate) const MODALITY: &str = "action_info_modality";
pub(crate) const MODALITY_POLICY: &str = "action_info_modality_policy";

/// The fields of the envelope. No argument of an action can have one of these names.
///
/// The first four belong to every event, the others to action events (nemoguardrails 0.24.1).
///
/// ```
/// assert!(umim::ENVELOPE_FIELDS.contains(&"source_uid"));
/// assert!(!umim::ENVELOPE_FIELDS.contains(&"script"));
/// ```
pub const ENVELOPE_FIELDS: [&str; 7] = [
    TYPE,
    UID,
    CREATED_AT,
    SOURCE_UID,
    ACTION_UID,
    MODALITY,
    MODALITY_POLICY,
];

/// How many of [`ENVELOPE_FIELDS`] belong to every event.
const OF_EVERY_EVENT: usize = 4;

/// One UMIM event: a flat JSON object whose member `type` is the event's name.
///
/// The order of the fields is kept, including unknown ones. An event that is parsed and printed again is the same
/// string apart from whitespace, escapes and the spelling of numbers. Integers of up to 64 bits keep their value, all
/// other numbers keep theirs up to double precision. Two events are equal if they have the same fields, in any order.
///
/// ```
/// use umim::Event;
///
/// let event = Event::new("StartUtteranceBotAction").with("script", "Hello").with("action_uid", "a1");
/// assert_eq!(event.action_uid(), Some("a1"));
/// assert_eq!(event.to_string(), r#"{"type":"StartUtteranceBotAction","script":"Hello","action_uid":"a1"}"#);
/// assert_eq!(Event::parse(&event.to_string()).unwrap(), event);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event(Map<String, Value>); // Invariant: the member `type` is a non-empty string.

impl Event {
    /// An event with this name and no other field. An empty name becomes `_`, since every event needs a name.
    pub fn new(name: impl Into<String>) -> Self {
        let mut name = name.into();
        if name.is_empty() {
            name.push('_');
        }
        Self(Map::from_iter([(TYPE.to_owned(), Value::String(name))]))
    }

    /// Turns a JSON value into an event without copying it.
    ///
    /// # Errors
    ///
    /// If the value is not an object, or its `type` is missing, not a string, or empty.
    pub fn from_json(value: Value) -> Result<Self, EventError> {
        match value {
            Value::Object(fields) => Self::from_map(fields),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => Err(EventError::not_an_object(&other)),
        }
    }

    /// Turns the fields of a JSON object into an event without copying them.
    ///
    /// # Errors
    ///
    /// If the member `type` is missing, not a string, or empty.
    pub fn from_map(fields: Map<String, Value>) -> Result<Self, EventError> {
        match EventError::of_type(fields.get(TYPE)) {
            Some(error) => Err(error),
            None => Ok(Self(fields)),
        }
    }

    /// Parses a JSON string. If a member occurs twice, the last value counts, as in Python.
    ///
    /// # Errors
    ///
    /// If the string is not JSON (with line and column), or is JSON but not an event.
    pub fn parse(text: &str) -> Result<Self, EventError> {
        Self::from_json(serde_json::from_str(text)?)
    }

    /// All fields in order, including `type`.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// All fields in order, including `type`.
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }

    /// The event's name: its member `type`.
    pub fn name(&self) -> &str {
        self.text(TYPE).unwrap_or_default()
    }

    /// The parts of the name, if this is an action event.
    pub fn action_event(&self) -> Option<ActionEventName<'_>> {
        ActionEventName::parse(self.name())
    }

    /// The uid of this event, if it has one and it is a string.
    pub fn uid(&self) -> Option<&str> {
        self.text(UID)
    }

    /// When the event was made, if it has that field and it can be parsed as a time.
    pub fn created_at(&self) -> Option<Timestamp> {
        self.text(CREATED_AT)?.parse().ok()
    }

    /// Who made the event, if it has that field and it is a string.
    pub fn source_uid(&self) -> Option<&str> {
        self.text(SOURCE_UID)
    }

    /// The uid of the action that the event is about, if it has one and it is a string.
    pub fn action_uid(&self) -> Option<&str> {
        self.text(ACTION_UID)
    }

    /// The value of a field.
    pub fn value(&self, key: &str) -> Option<&Value> {
        field_of(&self.0, key)
    }

    /// The event with this field set: in place if it was there, otherwise at the end.
    ///
    /// A `type` that is not a string, or empty, is ignored: the event keeps its name. [`set`](Self::set) reports it.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        let _kept_if_not_a_name = self.set(key, value);
        self
    }

    /// Sets a field (in place if it was there, otherwise at the end) and returns its previous value.
    ///
    /// # Errors
    ///
    /// If `key` is `type` and the value is not a string, or empty. The event is unchanged then.
    pub fn set(
        &mut self,
        key: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Option<Value>, EventError> {
        let (key, value) = (key.into(), value.into());
        if key == TYPE
            && let Some(error) = EventError::of_type(Some(&value))
        {
            return Err(error);
        }
        Ok(self.0.insert(key, value))
    }

    /// Removes a field; the others keep their order. `type` cannot be removed: `None`.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        if key == TYPE {
            None
        } else {
            self.0.shift_remove(key)
        }
    }

    /// The fields that are neither envelope nor implied by the event's name, in order: the arguments of a call.
    ///
    /// The envelope is left out and, for an event that reports on an action, its time (`action_started_at` and so
    /// on).
    ///
    /// ```
    /// use umim::Event;
    ///
    /// let start = Event::new("StartFetchAction").with("action_uid", "a1").with("url", "x").with("$0", 5);
    /// let names: Vec<_> = start.arguments().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["url", "$0"]);
    /// ```
    pub fn arguments(&self) -> impl Iterator<Item = (&str, &Value)> {
        let own = OwnFields::of(self);
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value))
            .filter(move |(key, _)| !own.contains(key))
    }

    /// The fields that [`arguments`](Self::arguments) iterates over, without copying them.
    pub fn into_arguments(mut self) -> Map<String, Value> {
        let own = OwnFields::of(&self);
        self.0.retain(|key, _| !own.contains(key));
        self.0
    }

    /// The caller guarantees that `type` is a non-empty string.
    pub(crate) fn from_checked(fields: Map<String, Value>) -> Self {
        debug_assert!(
            EventError::of_type(fields.get(TYPE)).is_none(),
            "no event: {fields:?}"
        );
        Self(fields)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }
}

/// The fields that are not arguments of an event with this name.
struct OwnFields {
    envelope: &'static [&'static str],
    time: Option<&'static str>,
}

impl OwnFields {
    fn of(event: &Event) -> Self {
        match event.action_event() {
            Some(name) => Self {
                envelope: &ENVELOPE_FIELDS,
                time: time_field(name.kind()),
            },
            None => Self {
                envelope: &ENVELOPE_FIELDS[..OF_EVERY_EVENT],
                time: None,
            },
        }
    }

    fn contains(&self, key: &str) -> bool {
        self.envelope.contains(&key) || self.time == Some(key)
    }
}

/// The field in which an event that reports on an action says when it happened.
pub(crate) fn time_field(kind: ActionEventKind) -> Option<&'static str> {
    match kind {
        ActionEventKind::Started => Some("action_started_at"),
        ActionEventKind::Updated => Some("action_updated_at"),
        ActionEventKind::Finished => Some("action_finished_at"),
        ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => None,
    }
}

/// One line of JSON.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl FromStr for Event {
    type Err = EventError;

    fn from_str(text: &str) -> Result<Self, EventError> {
        Self::parse(text)
    }
}

impl TryFrom<Value> for Event {
    type Error = EventError;

    fn try_from(value: Value) -> Result<Self, EventError> {
        Self::from_json(value)
    }
}

impl From<Event> for Value {
    fn from(event: Event) -> Self {
        Self::Object(event.0)
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Map::deserialize(deserializer)?;
        Self::from_map(fields).map_err(serde::de::Error::custom)
    }
}

/// Up to this many fields, comparing all names is faster than hashing the one that is wanted.
const FEW_FIELDS: usize = 16;

/// The value of a field.
pub(crate) fn field_of<'m>(fields: &'m Map<String, Value>, key: &str) -> Option<&'m Value> {
    if fields.len() > FEW_FIELDS {
        return fields.get(key);
    }
    let mut fields = fields.iter();
    fields
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventErrorKind;

    #[track_caller]
    fn check_kept(text: &str) {
        assert_eq!(Event::parse(text).unwrap().to_string(), text);
    }

    #[track_caller]
    fn check_refused(text: &str, kind: EventErrorKind, message: &str) {
        let error = Event::parse(text).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (kind, message),
            "for {text}"
        );
    }

    #[track_caller]
    fn check_arguments(text: &str, names: &[&str]) {
        let event = Event::parse(text).unwrap();
        assert_eq!(
            event.arguments().map(|(name, _)| name).collect::<Vec<_>>(),
            names
        );
        assert_eq!(event.into_arguments().keys().collect::<Vec<_>>(), names);
    }

    #[test]
    fn the_text_is_kept() {
        check_kept(r#"{"type":"Said"}"#);
        check_kept(r#"{"z":1,"type":"Said","a":{"y":[1.0,-0.5,null],"b":true},"uid":7}"#);
        check_kept(r#"{"type":"Said","exact":[0.9583275921953511,1e-7,5e-324]}"#);
        check_kept(r#"{"$0":"\\ \" \n é","type":"Said","tags":[],"n":18446744073709551615}"#);
    }

    #[test]
    fn of_a_member_given_twice_the_last_value_counts() {
        let event = Event::parse(r#"{"type":"Said","a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(event.to_string(), r#"{"type":"Said","a":3,"b":2}"#);
        assert_eq!(
            Event::parse(r#"{"type":5,"type":"Said"}"#).unwrap().name(),
            "Said"
        );
    }

    #[test]
    fn blanks_around_the_object_do_not_matter() {
        assert_eq!(
            Event::parse(" {\n \"type\" : \"Said\" }\n").unwrap(),
            Event::new("Said")
        );
    }

    #[test]
    fn only_objects_are_events() {
        let kind = EventErrorKind::NotAnObject;
        check_refused("5", kind, "an event is a JSON object, found a number");
        check_refused(
            r#"[{"type":"Said"}]"#,
            kind,
            "an event is a JSON object, found a list",
        );
        check_refused("null", kind, "an event is a JSON object, found null");
    }

    #[test]
    fn the_name_is_a_text_and_not_empty() {
        check_refused(
            r#"{"types":"Said"}"#,
            EventErrorKind::TypeMissing,
            "an event needs a member `type`; give it one with the event's name",
        );
        check_refused(
            r#"{"type":true}"#,
            EventErrorKind::TypeNotText,
            "the member `type` of an event is its name, a text, found a boolean",
        );
        check_refused(
            r#"{"type":""}"#,
            EventErrorKind::TypeEmpty,
            "the member `type` of an event is its name and cannot be empty",
        );
    }

    #[test]
    fn broken_json_is_told_with_its_place() {
        let message =
            "an event is one JSON object, but the text is no JSON from line 2, column 3 on";
        check_refused(
            "{\"type\":\"Said\",\n  x",
            EventErrorKind::NotJson { line: 2, column: 3 },
            message,
        );
        assert!(Event::parse("").is_err());
        assert!(Event::parse(r#"{"type":"A"} {"type":"B"}"#).is_err());
        assert!(Event::parse(r#"{"type":"A","n":NaN}"#).is_err());
    }

    #[test]
    fn a_text_nested_too_deeply_is_an_error() {
        let text = format!(r#"{{"type":"A","a":{}}}"#, "[".repeat(100_000));
        assert!(matches!(
            Event::parse(&text).unwrap_err().kind(),
            EventErrorKind::NotJson { .. }
        ));
    }

    #[test]
    fn the_name_cannot_be_made_invalid() {
        let mut event = Event::new("Said");
        assert_eq!(
            event.set(TYPE, 5).unwrap_err().kind(),
            EventErrorKind::TypeNotText
        );
        assert_eq!(
            event.set(TYPE, "").unwrap_err().kind(),
            EventErrorKind::TypeEmpty
        );
        assert_eq!(event.remove(TYPE), None);
        assert_eq!(event.with(TYPE, Value::Null), Event::new("Said"));
        assert_eq!(Event::new("").name(), "_");
    }

    #[test]
    fn the_name_can_be_changed_to_another() {
        assert_eq!(Event::new("Said").with(TYPE, "Heard").name(), "Heard");
    }

    #[test]
    fn setting_and_removing_keeps_the_order_of_the_others() {
        let mut event = Event::new("A").with("x", 1).with("y", 2).with("z", 3);
        assert_eq!(event.set("x", 4).unwrap(), Some(Value::from(1)));
        assert_eq!(event.remove("y"), Some(Value::from(2)));
        assert_eq!(event.to_string(), r#"{"type":"A","x":4,"z":3}"#);
    }

    #[test]
    fn fields_of_another_kind_are_there_but_not_read() {
        let event =
            Event::parse(r#"{"type":"A","uid":1,"source_uid":null,"event_created_at":"now"}"#)
                .unwrap();
        assert_eq!(
            (event.uid(), event.source_uid(), event.created_at()),
            (None, None, None)
        );
        assert_eq!(event.value("uid"), Some(&Value::from(1)));
    }

    #[test]
    fn the_envelope_of_an_action_event_is_no_argument() {
        check_arguments(
            r#"{"a":1,"type":"StartXAction","uid":"","event_created_at":"","source_uid":"","action_uid":"",
               "action_info_modality":"","action_info_modality_policy":"","tags":[],"action_started_at":"","b":2}"#,
            &["a", "tags", "action_started_at", "b"],
        );
    }

    #[test]
    fn a_report_has_its_time_by_itself() {
        check_arguments(
            r#"{"type":"XActionStarted","action_started_at":"","a":1}"#,
            &["a"],
        );
        check_arguments(
            r#"{"type":"XActionNameUpdated","action_updated_at":"","a":1}"#,
            &["a"],
        );
        check_arguments(
            r#"{"type":"XActionFinished","action_finished_at":"","is_success":true}"#,
            &["is_success"],
        );
    }

    #[test]
    fn an_event_that_is_not_about_an_action_may_have_an_action_uid_as_argument() {
        check_arguments(
            r#"{"type":"Said","uid":"","source_uid":"","action_uid":"a"}"#,
            &["action_uid"],
        );
    }

    #[test]
    fn serde_reads_and_writes_the_flat_object() {
        let text = r#"[{"b":1,"type":"A"},{"type":"B"}]"#;
        let events: Vec<Event> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&events).unwrap(), text);
        assert!(
            serde_json::from_str::<Event>(r#"{"a":1}"#)
                .unwrap_err()
                .to_string()
                .contains("`type`")
        );
    }
}
