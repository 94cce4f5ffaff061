//! Limits: slots, slots of `execute_async` actions, backlog, time.

use crate::program::{Conversation, lasting, quick, run, start, stop};
use action_sdk::serde_json::json;

/// Starts of an action that counts its concurrent runs, each of which waits until there are `peers`.
fn counted(runs: usize, peers: usize) -> String {
    let starts = (0..runs).map(|run| {
        start(
            "ReportLoadAction",
            &format!("a{run}"),
            json!({"peers": peers}),
        )
    });
    starts.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check_peers(args: &[&str], runs: usize, peers: usize) {
    let ran = run(args, counted(runs, peers));
    let most: Vec<_> = ran
        .finished
        .iter()
        .map(|event| event["return_value"].as_u64())
        .collect();
    assert_eq!(
        most,
        vec![Some(peers as u64); runs],
        "stderr:\n{}",
        ran.stderr
    );
}

#[test]
fn as_many_run_at_once_as_there_are_places() {
    check_peers(&["-c", "5"], 40, 5);
    check_peers(&["-c", "1"], 10, 1);
    check_peers(&[], 100, 32);
}

#[test]
fn reading_goes_on_after_a_pause() {
    let starts = (0..200).map(|run| quick(&format!("a{run}")));
    let ran = run(
        &["-c", "1", "--backlog", "1"],
        starts.collect::<Vec<_>>().join("\n"),
    );
    assert_eq!(ran.total("runs"), "200   200 succeeded");
}

#[test]
fn no_pause_lasts_for_ever() {
    let lines = [lasting("a"), lasting("b"), quick("c"), quick("d")];
    let ran = run(
        &["-c", "1", "--backlog", "1", "--timeout", "1"],
        lines.join("\n"),
    );
    let reason = "action `ReportLoadAction`: it did not finish within 1s";
    assert_eq!(ran.of("a")["failure_reason"], reason);
    assert_eq!(ran.of("b")["failure_reason"], reason);
    assert_eq!(ran.of("d")["is_success"], true);
}

#[test]
fn execute_async_actions_take_no_ordinary_place() {
    let mut conversation = Conversation::begin(&["-c", "1", "--async-concurrency", "2"]);
    for action_uid in ["a", "b", "c"] {
        conversation.say(&start(
            "WatchParcelAction",
            action_uid,
            json!({"tracking": "NO1"}),
        ));
    }
    conversation.say(&quick("d"));
    assert_eq!(conversation.hear()["action_uid"], "d");
    for action_uid in ["a", "b", "c"] {
        conversation.say(&stop("WatchParcelAction", action_uid));
    }
    assert_eq!(
        conversation.end(false).total("stops"),
        "3   3 stopped a run"
    );
}

#[test]
fn a_printer_for_two_is_never_given_three() {
    let starts = (0..12).map(|run| {
        start(
            "PrintLabelAction",
            &format!("a{run}"),
            json!({"order_id": "ORD-1"}),
        )
    });
    let ran = run(&[], starts.collect::<Vec<_>>().join("\n"));
    assert_eq!(ran.total("runs"), "12   12 succeeded");
}

#[test]
fn long_lines_never_mix() {
    let name = |run: usize| format!("{run}-{}", "é".repeat(20_000));
    let starts = (0..300).map(|run| {
        start(
            "CleanNameAction",
            &format!("a{run}"),
            json!({"name": name(run)}),
        )
    });
    let ran = run(&["-c", "64"], starts.collect::<Vec<_>>().join("\n"));
    for number in 0..300 {
        assert_eq!(ran.of(&format!("a{number}"))["return_value"], name(number));
    }
}
