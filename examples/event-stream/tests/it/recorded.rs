//! The recorded stream gives the expected results, however many actions run at once.
//!
//! `UPDATE_EXPECTED=1 cargo test -p event-stream` rewrites the expectations after a message has changed.

use crate::program::{Ran, data, run};
use action_sdk::Map;
use action_sdk::serde_json::Value;
use std::fs;

/// The fields that are the same in every run.
const STABLE: [&str; 6] = [
    "action_uid",
    "action_name",
    "status",
    "is_success",
    "return_value",
    "failure_reason",
];

fn replay(args: &[&str]) -> Ran {
    let file = data("recorded.jsonl");
    let file = file.to_str().expect("the path is UTF-8");
    run(&[args, &[file]].concat(), "")
}

/// The events in the form of `expected.jsonl`: their stable fields, sorted by `action_uid`.
fn stable(ran: &Ran) -> String {
    let mut events: Vec<Map> = ran.finished.iter().map(stable_fields).collect();
    events.sort_by_key(|event| event["action_uid"].as_str().map(str::to_owned));
    let lines = events
        .into_iter()
        .map(|event| format!("{}\n", Value::Object(event)));
    lines.collect()
}

fn stable_fields(event: &Value) -> Map {
    let fields = STABLE
        .iter()
        .filter_map(|name| Some((*name, event.get(name)?)));
    fields
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect()
}

#[track_caller]
fn check(args: &[&str]) -> Ran {
    let ran = replay(args);
    let found = stable(&ran);
    let expected = expected("expected.jsonl", &found);
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "with {args:?}");
    }
    assert_eq!(
        found.lines().count(),
        expected.lines().count(),
        "with {args:?}"
    );
    assert_eq!(ran.code, Some(0), "stderr:\n{}", ran.stderr);
    ran
}

/// The content of an expected file; with `UPDATE_EXPECTED` set, the file is rewritten.
fn expected(name: &str, found: &str) -> String {
    let file = data(name);
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&file, found).expect("the file can be written");
    }
    fs::read_to_string(&file).expect("the file can be read")
}

/// The table without the columns and lines that contain times.
fn summary(ran: &Ran) -> String {
    let (_, table) = ran
        .stderr
        .split_once("\n\n")
        .expect("a summary follows the reports");
    let (actions, totals) = table.split_once("\n\n").expect("it has two parts");
    let counts = actions.lines().map(|row| {
        let cells: Vec<&str> = row
            .split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect();
        format!("{} {} {}\n", cells[0], cells[1], cells[2])
    });
    let totals = totals.lines().filter(|line| !line.starts_with("time"));
    counts
        .chain(["\n".to_owned()])
        .chain(totals.map(|line| format!("{line}\n")))
        .collect()
}

#[test]
fn gives_the_expected_events_and_summary() {
    let found = summary(&check(&[]));
    assert_eq!(found, expected("summary.txt", &found));
}

#[test]
fn fewer_places_change_nothing() {
    check(&["-c", "16"]);
}

#[test]
fn more_places_change_nothing() {
    // If all runs have slots, a stop may come before its run has started; how far that run came then depends on the
    // machine.
    check(&["-c", "100", "--async-concurrency", "1000"]);
}

#[test]
fn every_event_may_be_sent() {
    let ran = replay(&["-c", "1000", "--quiet"]);
    for event in &ran.finished {
        let event = action_sdk::Event::from_json(event.clone()).expect("it is an event");
        assert_eq!(event.check(), Ok(()), "for {event}");
    }
}

#[test]
fn strict_minds_the_malformed_lines() {
    let ran = replay(&["-c", "1000", "--strict", "--quiet"]);
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_seed_makes_the_uids_repeatable() {
    let uids = |seed: &str| {
        let ran = replay(&["-c", "1000", "--quiet", "--seed", seed]);
        let uids = ran
            .finished
            .iter()
            .map(|event| event["uid"].as_str().map(str::to_owned));
        let mut uids: Vec<_> = uids.collect();
        uids.sort();
        uids
    };
    assert_eq!(uids("7"), uids("7"));
    assert_ne!(uids("7"), uids("8"));
}
