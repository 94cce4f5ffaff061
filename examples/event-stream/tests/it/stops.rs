//! `StopXAction`: in flight, waiting, too late, for no run; and starts with a uid that is in flight.

use crate::program::{Conversation, Ran, lasting, quick, run, start, stop};
use action_sdk::serde_json::{Value, json};

const CANCELLED: &str = "action `ReportLoadAction`: the call was cancelled";

#[track_caller]
fn check_cancelled(finished: &Value) {
    assert_eq!(finished["is_success"], false, "{finished}");
    assert_eq!(finished["status"], "failed");
    assert_eq!(finished["failure_reason"], CANCELLED);
}

#[track_caller]
fn check_note(ran: &Ran, note: &str, stops: &str) {
    assert_eq!(ran.reports(), [note]);
    assert_eq!(ran.total("stops"), stops);
}

#[test]
fn a_run_in_flight_is_cancelled() {
    let mut conversation = Conversation::begin(&[]);
    conversation.say(&lasting("a"));
    conversation.say(&quick("b"));
    assert_eq!(conversation.hear()["action_uid"], "b");
    conversation.say(&stop("ReportLoadAction", "a"));
    check_cancelled(&conversation.hear());
    let ran = conversation.end(false);
    assert_eq!(ran.total("stops"), "1   1 stopped a run");
    assert_eq!(ran.total("failures"), "1   1 cancelled");
}

#[test]
fn stops_are_heard_while_all_places_are_taken() {
    let lines = [
        lasting("running"),
        lasting("waiting"),
        quick("waiting too"),
        stop("ReportLoadAction", "waiting"),
        stop("ReportLoadAction", "running"),
    ];
    let ran = run(&["-c", "1"], lines.join("\n"));
    check_cancelled(ran.of("running"));
    check_cancelled(ran.of("waiting"));
    assert_eq!(ran.of("waiting too")["is_success"], true);
    assert_eq!(ran.total("stops"), "2   2 stopped a run");
}

#[test]
fn a_second_stop_adds_nothing() {
    let stops = stop("ReportLoadAction", "a");
    let ran = run(&[], format!("{}\n{stops}\n{stops}", lasting("a")));
    check_cancelled(ran.of("a"));
    assert_eq!(ran.finished.len(), 1);
}

#[test]
fn a_run_that_has_ended_is_not_stopped() {
    let mut conversation = Conversation::begin(&[]);
    conversation.say(&quick("a"));
    assert_eq!(conversation.hear()["is_success"], true);
    // The answer to the next start shows that the loop has processed the end of the first run.
    conversation.say(&quick("b"));
    assert_eq!(conversation.hear()["is_success"], true);
    conversation.say(&stop("QuotePriceAction", "a"));
    let ran = conversation.end(false);
    assert_eq!(ran.total("stops"), "1   1 stopped nothing");
    assert_eq!(ran.total("runs"), "2   2 succeeded");
}

#[test]
fn a_run_that_never_began_is_not_stopped() {
    let ran = run(&[], stop("ReportLoadAction", "nobody"));
    let note = "note line 1: `StopReportLoadAction` stops nothing: `nobody` is not in flight";
    check_note(&ran, note, "1   1 stopped nothing");
}

#[test]
fn a_stop_of_another_action_stops_nothing() {
    let parcel = start("WatchParcelAction", "a", json!({"tracking": "NO1"}));
    let (wrong, right) = (
        stop("QuotePriceAction", "a"),
        stop("WatchParcelAction", "a"),
    );
    let ran = run(&[], [parcel, wrong, right].join("\n"));
    let note =
        "note line 2: `StopQuotePriceAction` stops nothing: `a` is a run of `WatchParcelAction`";
    check_note(&ran, note, "2   1 stopped a run, 1 stopped nothing");
}

#[test]
fn a_uid_in_flight_is_not_started_again() {
    let ran = run(
        &[],
        [lasting("a"), quick("a"), stop("ReportLoadAction", "a")].join("\n"),
    );
    let note = "note line 2: `StartQuotePriceAction` is refused: `a` is in flight, a run of \
                `ReportLoadAction`";
    assert_eq!(ran.reports(), [note]);
    check_cancelled(ran.of("a"));
    assert_eq!(ran.total("refused"), "1   1 starts of a run in flight");
    assert_eq!(ran.total("runs"), "1   1 failed");
}

#[test]
fn a_uid_may_be_used_again_after_its_end() {
    let mut conversation = Conversation::begin(&[]);
    conversation.say(&quick("a"));
    assert_eq!(conversation.hear()["action_uid"], "a");
    conversation.say(&quick("b"));
    assert_eq!(conversation.hear()["action_uid"], "b");
    conversation.say(&quick("a"));
    assert_eq!(conversation.hear()["action_uid"], "a");
    assert_eq!(conversation.end(false).total("runs"), "3   3 succeeded");
}
