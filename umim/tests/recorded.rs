//! Compares our stamping, checking and formatting of times with what nemoguardrails 0.24.1 did with the same events.
//!
//! `data/record.py` made the recordings.

use serde_json::{Map, Value};
use umim::{Event, InvalidEvent, Timestamp, Uid, UidSource};

fn recording(text: &str) -> Vec<Map<String, Value>> {
    serde_json::from_str(text).expect("a recording is a list of objects")
}

fn ours(given: &Event) -> Event {
    let now = Timestamp::from_micros(1_700_000_000_000_001);
    given
        .clone()
        .stamped(&mut UidSource::seeded(0), now, "NeMoGuardrails")
}

#[track_caller]
fn check_stamped(given: &Event, theirs: &Map<String, Value>) {
    let ours = ours(given);
    assert_eq!(ours.check(), Ok(()));
    assert!(
        ours.as_map().keys().eq(theirs.keys()),
        "order of {ours} against {theirs:?}"
    );
    for (key, value) in theirs {
        check_field(given, key, &ours.as_map()[key], value);
    }
}

/// A field agrees if it has the same value, or if both sides generated it and both have the same form.
#[track_caller]
fn check_field(given: &Event, key: &str, ours: &Value, theirs: &Value) {
    let made_up = given.value(key).is_none();
    match key {
        "uid" | "action_uid" if made_up => assert!(is_uid(ours) && is_uid(theirs), "{key}: {ours}"),
        _ if made_up && key.ends_with("_at") => {
            assert!(is_time(ours) && is_time(theirs), "{key}: {ours}");
        }
        _ => assert_eq!(ours, theirs, "{key} of {given}"),
    }
}

fn is_uid(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.parse::<Uid>().is_ok_and(|uid| uid.to_string() == text))
}

fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| {
        text.parse::<Timestamp>()
            .is_ok_and(|time| time.to_string() == text)
    })
}

#[track_caller]
fn check_refused(given: &Event, reason: &str) {
    let error = ours(given).check().expect_err(reason);
    let named = |error: &InvalidEvent| {
        error
            .fields()
            .iter()
            .all(|field| reason.contains(&format!("'{}'", field.field())))
    };
    assert!(named(&error), "{error} against {reason}");
}

#[test]
fn events_are_stamped_and_refused_as_in_the_reference() {
    let rows = recording(include_str!("data/new_event_dict.json"));
    for row in &rows {
        let given = Event::from_json(row["event"].clone()).expect("the event of a row is one");
        match row.get("stamped").and_then(Value::as_object) {
            Some(stamped) => check_stamped(&given, stamped),
            None => check_refused(
                &given,
                row["refused"]
                    .as_str()
                    .expect("a row is stamped or refused"),
            ),
        }
    }
    assert_eq!(rows.len(), 42);
}

#[test]
fn times_are_written_as_in_python() {
    let rows = recording(include_str!("data/isoformat.json"));
    for row in &rows {
        let time = Timestamp::from_micros(row["micros"].as_i64().expect("a whole number"));
        assert_eq!(Value::from(time), row["text"]);
        assert_eq!(
            row["text"].as_str().map(str::parse).and_then(Result::ok),
            Some(time)
        );
    }
    assert_eq!(rows.len(), 14);
}
