//! Which fields an event needs before it may be sent, and which of them are missing or wrong.
//!
//! The rules are those of nemoguardrails 0.24.1 (`ensure_valid_event`), except that names are parsed by prefix and
//! suffix.

use std::fmt;

use serde_json::Value;

use crate::action_event::ActionEventName;
use crate::action_event_kind::ActionEventKind;
use crate::event::{ACTION_UID, CREATED_AT, Event, SOURCE_UID, UID, time_field};
use crate::event_error::json_kind;
use crate::stamp::{FAILURE_REASON, IS_SUCCESS};

/// What a field of an event must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// Any value: the field only has to be present.
    Present,
}

/// One field that is missing or of the wrong kind.
///
/// ```
/// let errors = umim::Event::new("Said").with("uid", 5).check().unwrap_err();
/// assert_eq!(errors.fields()[0].to_string(), "the field `uid` must be a text, found a number");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    field: &'static str,
    expected: Expected,
    found: &'static str,
}

/// All reasons why an event cannot be sent, in the order of the rules.
///
/// ```
/// let error = umim::Event::new("Said").with("uid", "1").with("source_uid", "bot").check().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the event `Said` cannot be sent: the field `event_created_at` must be a text, found nothing",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidEvent {
    event: String,
    fields: Vec<FieldError>, // Invariant: not empty.
}

impl Event {
    /// Checks that the event has all the fields it needs to be sent.
    ///
    /// [`stamped`](Self::stamped) provides most of them. Incoming events need not pass this check.
    ///
    /// # Errors
    ///
    /// All fields that are missing or wrong.
    ///
    /// ```
    /// use umim::Event;
    ///
    /// let error = Event::new("StartUtteranceBotAction").check().unwrap_err();
    /// let fields: Vec<_> = error.fields().iter().map(|error| error.field()).collect();
    /// assert_eq!(fields, ["uid", "event_created_at", "source_uid", "action_uid", "script"]);
    /// ```
    pub fn check(&self) -> Result<(), InvalidEvent> {
        let mut fields = Vec::new();
        for_each_rule(self, |field, expected| {
            fields.extend(broken_rule(self, field, expected));
        });
        if fields.is_empty() {
            Ok(())
        } else {
            Err(InvalidEvent {
                event: self.name().to_owned(),
                fields,
            })
        }
    }
}

/// Calls a function with each field that the event needs, in the order of the rules.
fn for_each_rule(event: &Event, mut rule: impl FnMut(&'static str, Expected)) {
    for field in [UID, CREATED_AT, SOURCE_UID] {
        rule(field, Expected::Text);
    }
    let Some(name) = event.action_event() else {
        return;
    };
    rule(ACTION_UID, Expected::Text);
    if name.kind() == ActionEventKind::Finished {
        if let Some(field) = time_field(ActionEventKind::Finished) {
            rule(field, Expected::Text);
        }
        rule(IS_SUCCESS, Expected::Boolean);
        if event.value(IS_SUCCESS) == Some(&Value::Bool(false)) {
            rule(FAILURE_REASON, Expected::Present);
        }
    }
    if let Some(field) = script_of(name) {
        rule(field, Expected::Text);
    }
}

/// The field that holds what is said.
fn script_of(name: ActionEventName<'_>) -> Option<&'static str> {
    match (name.action(), name.kind(), name.parameter()) {
        ("UtteranceBotAction", ActionEventKind::Start, _) => Some("script"),
        ("UtteranceBotAction", ActionEventKind::Updated, "Script") => Some("interim_script"),
        ("UtteranceBotAction", ActionEventKind::Finished, _) => Some("final_script"),
        ("UtteranceUserAction", ActionEventKind::Updated, "Transcript") => {
            Some("interim_transcript")
        }
        ("UtteranceUserAction", ActionEventKind::Finished, _) => Some("final_transcript"),
        _ => None,
    }
}

fn broken_rule(event: &Event, field: &'static str, expected: Expected) -> Option<FieldError> {
    let value = event.value(field);
    let is_kept = match expected {
        Expected::Text => value.is_some_and(Value::is_string),
        Expected::Boolean => value.is_some_and(Value::is_boolean),
        Expected::Present => value.is_some(),
    };
    let found = value.map_or("nothing", json_kind);
    (!is_kept).then_some(FieldError {
        field,
        expected,
        found,
    })
}

impl FieldError {
    /// The name of the field.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What the field must be.
    pub fn expected(&self) -> Expected {
        self.expected
    }
}

impl InvalidEvent {
    /// The name of the event.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// The fields that are missing or wrong; at least one.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            expected,
            found,
        } = self;
        match expected {
            Expected::Text => write!(f, "the field `{field}` must be a text, found {found}"),
            Expected::Boolean => write!(f, "the field `{field}` must be a boolean, found {found}"),
            Expected::Present => write!(f, "the field `{field}` must be there, found {found}"),
        }
    }
}

impl std::error::Error for FieldError {}

impl fmt::Display for InvalidEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let event = crate::excerpt(&self.event);
        write!(f, "the event `{event}` cannot be sent: ")?;
        for (place, error) in self.fields.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidEvent {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wrong: &[&str]) {
        let event = Event::parse(text)
            .unwrap()
            .with(UID, "1")
            .with(CREATED_AT, "2")
            .with(SOURCE_UID, "3");
        let error = event.check().err();
        let fields: Vec<_> = error
            .iter()
            .flat_map(InvalidEvent::fields)
            .map(FieldError::field)
            .collect();
        assert_eq!(fields, wrong, "for {event}");
    }

    #[test]
    fn every_event_needs_its_envelope() {
        let error = Event::new("Said")
            .with(CREATED_AT, Value::Null)
            .check()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the event `Said` cannot be sent: the field `uid` must be a text, found nothing; \
             the field `event_created_at` must be a text, found null; \
             the field `source_uid` must be a text, found nothing",
        );
    }

    #[test]
    fn the_name_of_an_event_stands_on_one_line_of_a_message() {
        let name = format!("Said\n{}", "x".repeat(1_000));
        let text = Event::new(name).check().unwrap_err().to_string();
        assert!(
            text.starts_with("the event `Said\\nxxx") && text.len() < 400,
            "{text}"
        );
    }

    #[test]
    fn an_action_event_needs_its_action() {
        check(r#"{"type":"ChangeXAction"}"#, &["action_uid"]);
        check(r#"{"type":"StopXAction","action_uid":7}"#, &["action_uid"]);
        check(r#"{"type":"XActionStarted","action_uid":"a"}"#, &[]);
    }

    #[test]
    fn an_event_with_action_somewhere_in_its_name_needs_none() {
        check(r#"{"type":"UserActionLog"}"#, &[]);
        check(r#"{"type":"ReactionFinished"}"#, &[]);
    }

    #[test]
    fn a_finished_event_says_when_and_how() {
        check(
            r#"{"type":"XActionFinished","action_uid":"a"}"#,
            &["action_finished_at", "is_success"],
        );
        check(
            r#"{"type":"XActionFinished","action_uid":"a","action_finished_at":"t","is_success":1}"#,
            &["is_success"],
        );
        check(
            r#"{"type":"XActionFinished","action_uid":"a","action_finished_at":"t","is_success":true}"#,
            &[],
        );
    }

    #[test]
    fn a_failure_needs_its_reason() {
        let text = r#"{"type":"XActionFinished","action_uid":"a","action_finished_at":"t","is_success":false}"#;
        check(text, &["failure_reason"]);
        let told = Event::parse(text)
            .unwrap()
            .with(FAILURE_REASON, Value::Null);
        check(&told.to_string(), &[]);
    }

    #[test]
    fn what_is_said_is_a_text() {
        check(
            r#"{"type":"StartUtteranceBotAction","action_uid":"a","script":5}"#,
            &["script"],
        );
        check(
            r#"{"type":"UtteranceBotActionScriptUpdated","action_uid":"a"}"#,
            &["interim_script"],
        );
        check(
            r#"{"type":"UtteranceUserActionTranscriptUpdated","action_uid":"a"}"#,
            &["interim_transcript"],
        );
        check(
            r#"{"type":"UtteranceBotActionFinished","action_uid":"a"}"#,
            &["action_finished_at", "is_success", "final_script"],
        );
        check(
            r#"{"type":"UtteranceUserActionFinished","action_uid":"a","action_finished_at":"t","is_success":true}"#,
            &["final_transcript"],
        );
    }

    #[test]
    fn other_events_about_speech_need_no_text() {
        check(r#"{"type":"StopUtteranceBotAction","action_uid":"a"}"#, &[]);
        check(
            r#"{"type":"UtteranceUserActionIntensityUpdated","action_uid":"a"}"#,
            &[],
        );
        check(
            r#"{"type":"StartUtteranceUserAction","action_uid":"a"}"#,
            &[],
        );
    }
}
