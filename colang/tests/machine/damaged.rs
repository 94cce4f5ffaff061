//! Saved conversations that were modified: they are refused with a reason, or can be resumed and saved again.

use colang::state::{ResumeError, ResumeErrorKind, Snapshot, State};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::harness::{Talk, machine};

const FLOWS: &str = r#"
flow greet $name
  match Hello(name=$name) as $hello
  start GreetAction(words=[$name, {"a": 1}]) as $greeting
  send Greeted(v=$name)
  match $greeting.Finished()

@loop("NEW")
flow other
  match Never()

flow main
  global $count
  $set = {1, "two", (3, None)}
  activate greet "Ann"
  activate greet "Bob"
  start other as $other
  when Next()
    send Gone()
  or when $other.Finished()
    send Over()
  match Never()
"#;

/// A conversation with many events.
fn talk() -> Talk {
    let (mut talk, _) = Talk::new(FLOWS);
    for name in ["Ann", "Bob"] {
        talk.feed(colang::value::Event::new("Hello").with("name", name));
    }
    talk
}

fn saved() -> Value {
    serde_json::from_str(&talk().saved()).expect("it is JSON")
}

fn resumed(saved: Value) -> Result<State, String> {
    let snapshot: Snapshot = serde_json::from_value(saved).map_err(|error| error.to_string())?;
    let state = machine(FLOWS).resume(snapshot);
    state.map_err(|error| error.to_string())
}

/// Checks that a resumed state can process events, and be saved and resumed again.
fn check_lives(state: State) {
    let mut talk = talk();
    talk.state = state;
    for event in ["Other", "Next", "Hello", "Never"] {
        talk.say(event);
    }
    talk.save_and_resume();
    talk.say("Next");
}

/// Checks that a value at this path is refused as inconsistent.
#[track_caller]
fn check_refused(path: &str, value: Value, expected: &str) {
    let mut saved = saved();
    let place = saved.pointer_mut(path);
    *place.unwrap_or_else(|| panic!("there is no {path}")) = value;
    let snapshot: Snapshot = serde_json::from_value(saved).expect("it has the form");
    let error: ResumeError = machine(FLOWS).resume(snapshot).expect_err("it is refused");
    assert_eq!(error.kind(), ResumeErrorKind::Damaged, "{error}");
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn what_was_saved_is_taken_up() {
    check_lives(resumed(saved()).expect("nothing was changed"));
}

#[test]
fn counters_at_their_end_are_refused() {
    for counter in [
        "epoch",
        "counter",
        "flows/last",
        "actions/last",
        "contexts/last",
    ] {
        check_refused(
            &format!("/state/{counter}"),
            json!(u64::MAX),
            "a counter is at its end",
        );
    }
}

#[test]
fn uids_are_given_once() {
    let uid = saved()["state"]["flows"]["things"][1][1]["uid"].clone();
    check_refused("/state/flows/things/2/1/uid", uid, "a uid is given twice");
    let uid = saved()["state"]["actions"]["things"][0][1]["uid"].clone();
    check_refused("/state/actions/things/1/1/uid", uid, "a uid is given twice");
}

#[test]
fn keys_lead_somewhere() {
    check_refused(
        "/state/flows/things/1/1/context",
        json!(99),
        "its variables are gone",
    );
    check_refused(
        "/state/flows/things/1/1/parent",
        json!(99),
        "it is older than its parent",
    );
    check_refused(
        "/state/actions/things/0/1/owners",
        json!([99]),
        "a flow that never was",
    );
    check_refused("/state/main", json!(2), "no flow `main`");
    check_refused(
        "/state/instances/main",
        json!([2]),
        "the instances of `main` are not its own",
    );
    check_refused("/state/instances/main", json!([]), "nobody's instances");
}

#[test]
fn heads_stand_in_their_flow() {
    check_refused(
        "/state/flows/things/1/1/heads/0/position",
        json!(1000),
        "stands nowhere",
    );
    let mut head = saved()["state"]["flows"]["things"][1][1]["heads"][0].clone();
    head["catches"] = json!([1000]);
    check_refused("/state/flows/things/1/1/heads/0", head, "stands nowhere");
    check_refused("/state/flows/things/1/1/heads", json!([]), "has no head");
    check_refused(
        "/state/flows/things/1/1/heads/0/arrival",
        json!(1_u64 << 40),
        "a number that was never given",
    );
}

#[test]
fn running_flows_have_fingerprints() {
    check_refused("/fingerprints", json!({}), "nothing says how the flow");
}

#[test]
fn values_are_not_nested_too_deeply() {
    let nested = (0..112).fold(json!(1), |value, _| json!([value]));
    check_refused("/state/globals/count", nested, "nested more than");
    // A value that needs a tagged form has more levels when it is saved.
    let tricky = (0..40).fold(json!(1), |value, _| json!({"a": 1, "$b": value}));
    check_refused("/state/globals/count", tricky, "nested more than");
}

#[test]
fn what_would_never_be_cleaned_up_is_counted_again() {
    let mut saved = saved();
    saved["state"]["done"] = json!(1_000_000);
    saved["state"]["clean_up_at"] =
        json!({"done": 4_000_000_000_u64, "actions": 4_000_000_000_u64});
    let state = resumed(saved).expect("it is taken up");
    let again = serde_json::to_value(state.snapshot()).expect("it is JSON");
    assert!(again["state"]["done"].as_u64() < Some(10));
    assert!(again["state"]["clean_up_at"]["done"].as_u64() < Some(100));
}

/// The heads of the flows are ordered by their positions, each below the one before: comparing these one by one would
/// take forever.
#[test]
fn a_long_chain_of_parents_is_taken_up() {
    let many = 20_000_u64;
    let mut saved = saved();
    let (first, mut flow) = (
        saved["state"]["flows"]["last"].as_u64().expect("a number"),
        saved["state"]["flows"]["things"][1][1].clone(),
    );
    flow["children"] = json!([]);
    flow["actions"] = json!([]);
    flow["heads"][0]["children"] = json!([]);
    let next = saved["state"]["counter"].as_u64().expect("a number");
    for n in 1..=many {
        flow["uid"] = json!(format!("(greet)chain {n}"));
        flow["parent"] = json!(if n == 1 { 1 } else { first + n - 1 });
        flow["heads"] =
            json!([{"id": next + n, "position": 1, "status": "Active", "arrival": next + n}]);
        push(
            &mut saved["state"]["flows"]["things"],
            json!([first + n, flow]),
        );
        push(&mut saved["state"]["instances"]["greet"], json!(first + n));
        let above = saved["places"]["nodes"].as_array().map_or(0, Vec::len);
        push(&mut saved["places"]["nodes"], json!([above, n % 7]));
        push(&mut saved["places"]["flows"], json!(above));
    }
    saved["state"]["flows"]["last"] = json!(first + many);
    saved["state"]["counter"] = json!(next + many);
    let state = resumed(saved).expect("it is taken up");
    assert!(state.flows().count() > 20_000);
}

fn push(list: &mut Value, value: Value) {
    list.as_array_mut().expect("it is a list").push(value);
}

/// The paths of all values in it.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                paths(item, &format!("{path}/{index}"), found);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                let key = key.replace('~', "~0").replace('/', "~1");
                paths(entry, &format!("{path}/{key}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A replacement for a value.
fn change() -> impl Strategy<Value = Option<Value>> {
    let numbers = [
        0,
        1,
        2,
        3,
        5,
        50,
        u64::from(u32::MAX),
        1 << 61,
        1 << 62,
        u64::MAX - 1,
        u64::MAX,
    ];
    let others = [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(["x", 1]),
    ];
    let all = numbers.map(Value::from).into_iter().chain(others).map(Some);
    // `None` means a copy of another value.
    proptest::sample::select(all.chain(std::iter::repeat_n(None, 10)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn one_that_was_changed_is_refused_or_lives(changes in proptest::collection::vec((any::<Index>(), any::<Index>(), change()), 1..4)) {
        let mut saved = saved();
        for (place, other, change) in changes {
            let mut known = Vec::new();
            paths(&saved, "", &mut known);
            let value = change.or_else(|| saved.pointer(other.get::<String>(&known)).cloned());
            if let (Some(place), Some(value)) = (saved.pointer_mut(place.get::<String>(&known)), value) {
                *place = value;
            }
        }
        if let Ok(state) = resumed(saved) {
            check_lives(state);
        }
    }
}
