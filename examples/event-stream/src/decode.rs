//! Interprets a line: what to run, to stop, or to remember. Nothing here waits or acts.

use crate::reader::LONGEST_LINE;
use crate::units;
use action_sdk::serde_json::Value;
use action_sdk::umim::{ActionEventKind, EventError, EventErrorKind, standard_actions};
use action_sdk::{ActionDispatcher, ActionStart, Event, Map};
use std::fmt;

/// The meaning of a line.
pub(crate) enum Said {
    /// An empty line.
    Nothing,
    /// Start an action.
    Start(ActionStart),
    /// Stop a run.
    Stop { action: String, action_uid: String },
    /// Variables of a conversation have changed.
    Update { source_uid: String, data: Map },
    /// A conversation has ended.
    End { source_uid: String },
    /// An event that is not for this program.
    Other,
}

/// Why a line cannot be used.
#[derive(Debug)]
pub(crate) enum Malformed {
    /// It is longer than [`LONGEST_LINE`].
    TooLong,
    /// It is not UTF-8, from this byte on, counted from 1.
    NotUtf8(usize),
    /// It is not an event.
    NotAnEvent(EventError),
    /// It starts or stops an action without an `action_uid`.
    NoActionUid(String),
    /// The `data` of a `ContextUpdate` is not an object.
    NoData,
}

/// Interprets a line, given without its line break.
pub(crate) fn decode(line: &[u8], dispatcher: &ActionDispatcher) -> Result<Said, Malformed> {
    if line.trim_ascii().is_empty() {
        return Ok(Said::Nothing);
    }
    let text = str::from_utf8(line).map_err(|error| Malformed::NotUtf8(error.valid_up_to() + 1))?;
    let event = Event::parse(text).map_err(Malformed::NotAnEvent)?;
    match event.name() {
        "ContextUpdate" => update(event),
        "PipelineReleased" => Ok(Said::End {
            source_uid: source_uid(&event).to_owned(),
        }),
        _ => action_event(event, dispatcher),
    }
}

fn action_event(event: Event, dispatcher: &ActionDispatcher) -> Result<Said, Malformed> {
    let Some(name) = event.action_event() else {
        return Ok(Said::Other);
    };
    let action = name.action();
    if is_standard(action) && dispatcher.action(action).is_none() {
        return Ok(Said::Other);
    }
    match name.kind() {
        ActionEventKind::Start => start(event),
        ActionEventKind::Stop => match event.action_uid() {
            Some(action_uid) if !action_uid.is_empty() => Ok(Said::Stop {
                action: action.to_owned(),
                action_uid: action_uid.to_owned(),
            }),
            _ => Err(Malformed::NoActionUid(event.name().to_owned())),
        },
        ActionEventKind::Started
        | ActionEventKind::Change
        | ActionEventKind::Updated
        | ActionEventKind::Finished => Ok(Said::Other),
    }
}

fn start(event: Event) -> Result<Said, Malformed> {
    ActionStart::try_from(event)
        .map(Said::Start)
        .map_err(|error| Malformed::NoActionUid(error.into_event().name().to_owned()))
}

fn update(event: Event) -> Result<Said, Malformed> {
    let source_uid = source_uid(&event).to_owned();
    match event.into_map().shift_remove("data") {
        Some(Value::Object(data)) => Ok(Said::Update { source_uid, data }),
        _ => Err(Malformed::NoData),
    }
}

/// The conversation of an event. Events that do not name one share one.
pub(crate) fn source_uid(event: &Event) -> &str {
    event.source_uid().unwrap_or_default()
}

/// Whether it is a standard action of UMIM, which a front end performs.
fn is_standard(action: &str) -> bool {
    standard_actions().any(|standard| standard == action)
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => {
                let longest = units::count(LONGEST_LINE as u64);
                write!(f, "it has more than {longest} bytes, which no event needs")
            }
            Self::NotUtf8(byte) => write!(f, "it is no UTF-8 from byte {byte} on"),
            Self::NotAnEvent(error) => {
                if let EventErrorKind::NotJson { column, .. } = error.kind() {
                    return write!(f, "it is no JSON from byte {column} on");
                }
                error.fmt(f)
            }
            Self::NoActionUid(event) => {
                write!(
                    f,
                    "`{event}` has no `action_uid`; give every run a text of its own"
                )
            }
            Self::NoData => f.write_str("`ContextUpdate` has no object `data` with the variables"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn decoded(line: &[u8]) -> Result<Said, Malformed> {
        let dispatcher = crate::host::dispatcher(Duration::MAX, None);
        decode(line, &dispatcher.expect("it can be built"))
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let said = match decoded(line.as_bytes()) {
            Ok(Said::Nothing) => "nothing".to_owned(),
            Ok(Said::Start(start)) => format!("start {}", start.action_name()),
            Ok(Said::Stop { action, action_uid }) => format!("stop {action} {action_uid}"),
            Ok(Said::Update { source_uid, data }) => format!("update {source_uid} {}", data.len()),
            Ok(Said::End { source_uid }) => format!("end {source_uid}"),
            Ok(Said::Other) => "other".to_owned(),
            Err(problem) => format!("malformed: {problem}"),
        };
        assert_eq!(said, expected, "for {line}");
    }

    #[test]
    fn starts_and_stops_name_action_and_run() {
        check(
            r#"{"type":"StartFetchOrderAction","action_uid":"a"}"#,
            "start FetchOrderAction",
        );
        check(
            r#"{"type":"StopFetchOrderAction","action_uid":"a"}"#,
            "stop FetchOrderAction a",
        );
        check(
            r#"{"type":"StartFooAction","action_uid":"a"}"#,
            "start FooAction",
        );
    }

    #[test]
    fn a_run_has_a_uid() {
        let wanted = "has no `action_uid`; give every run a text of its own";
        check(
            r#"{"type":"StartXAction"}"#,
            &format!("malformed: `StartXAction` {wanted}"),
        );
        check(
            r#"{"type":"StopXAction","action_uid":7}"#,
            &format!("malformed: `StopXAction` {wanted}"),
        );
        check(
            r#"{"type":"StopXAction","action_uid":""}"#,
            &format!("malformed: `StopXAction` {wanted}"),
        );
    }

    #[test]
    fn actions_of_umim_are_nobodys() {
        check(
            r#"{"type":"StartUtteranceBotAction","script":"Hi"}"#,
            "other",
        );
        check(
            r#"{"type":"StopGestureBotAction","action_uid":"a"}"#,
            "other",
        );
    }

    #[test]
    fn reports_and_changes_are_nobodys() {
        check(
            r#"{"type":"FetchOrderActionFinished","action_uid":"a"}"#,
            "other",
        );
        check(r#"{"type":"FetchOrderActionStarted"}"#, "other");
        check(
            r#"{"type":"ChangeFetchOrderAction","action_uid":"a"}"#,
            "other",
        );
        check(r#"{"type":"StartFlow"}"#, "other");
    }

    #[test]
    fn conversations_are_told_by_their_source() {
        check(
            r#"{"type":"ContextUpdate","source_uid":"web","data":{"a":1,"b":null}}"#,
            "update web 2",
        );
        check(r#"{"type":"ContextUpdate","data":{}}"#, "update  0");
        check(
            r#"{"type":"PipelineReleased","source_uid":"web"}"#,
            "end web",
        );
    }

    #[test]
    fn a_context_update_has_data() {
        let problem = "malformed: `ContextUpdate` has no object `data` with the variables";
        check(r#"{"type":"ContextUpdate"}"#, problem);
        check(r#"{"type":"ContextUpdate","data":[1]}"#, problem);
    }

    #[test]
    fn what_is_no_event_is_told() {
        check("hello", "malformed: it is no JSON from byte 1 on");
        check(r#"{"type":"X"#, "malformed: it is no JSON from byte 10 on");
        check("[1]", "malformed: an event is a JSON object, found a list");
        check(
            r#"{"uid":"1"}"#,
            "malformed: an event needs a member `type`; give it one with the event's name",
        );
    }

    #[test]
    fn nesting_without_end_is_no_json() {
        let line = "[".repeat(100_000);
        check(&line, "malformed: it is no JSON from byte 128 on");
    }

    #[test]
    fn what_is_no_text_is_told() {
        let problem = decoded(b"{\"type\":\"\xff\"}").err().expect("malformed");
        assert_eq!(problem.to_string(), "it is no UTF-8 from byte 10 on");
    }
}
