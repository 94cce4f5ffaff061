//! How the program ends: the reader is gone, an interruption, an unwritable output; and how much it prints.

use crate::program::{Conversation, lasting, quick, run, scratch, start};
use action_sdk::serde_json::json;
use std::fs;

#[test]
fn a_closed_output_ends_it_quietly() {
    let mut conversation = Conversation::begin(&[]);
    conversation.say(&quick("a"));
    assert_eq!(conversation.hear()["action_uid"], "a");
    conversation.say(&lasting("b"));
    let ran =
        conversation.turn_away("{\"type\": \"StartQuotePriceAction\", \"action_uid\": \"c\"}");
    assert_eq!(ran.code, Some(0));
    let told = ran.stderr.lines().find(|line| !line.contains("is refused"));
    assert_eq!(told, None);
}

#[cfg(unix)]
#[track_caller]
fn check_interrupted(signal: &str) {
    let mut conversation = Conversation::begin(&[]);
    conversation.say(&lasting("a"));
    conversation.say(&quick("b"));
    assert_eq!(conversation.hear()["action_uid"], "b");
    let pid = conversation.pid().to_string();
    let sent = std::process::Command::new("kill")
        .args([signal, &pid])
        .status();
    assert!(sent.expect("there is a `kill`").success());
    let ran = conversation.end(true);
    assert_eq!(ran.code, Some(130));
    assert!(ran.stderr.starts_with("\nInterrupted: "), "{}", ran.stderr);
    let reason = "action `ReportLoadAction`: the call was cancelled";
    assert_eq!(ran.of("a")["failure_reason"], reason);
    assert_eq!(ran.total("runs"), "2   1 succeeded, 1 failed");
}

#[cfg(unix)]
#[test]
fn an_interruption_cancels_what_is_in_flight() {
    check_interrupted("-INT");
}

#[cfg(unix)]
#[test]
fn a_termination_is_an_interruption() {
    check_interrupted("-TERM");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let ran = run(&["--quiet", "--output", "/dev/full"], quick("a"));
    let problem = "error: cannot write `/dev/full`: No space left on device (os error 28)\n";
    assert_eq!(ran.stderr, problem);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn a_place_that_is_not_there_cannot_be_written() {
    let file = scratch("no-such-folder").join("out.jsonl");
    let ran = run(
        &["--output", file.to_str().expect("the path is UTF-8")],
        quick("a"),
    );
    assert!(
        ran.stderr.starts_with("error: cannot write `"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.lines().count(), 1);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn a_file_takes_the_events() {
    let file = scratch("finished.jsonl");
    let ran = run(
        &["-o", file.to_str().expect("the path is UTF-8")],
        quick("a"),
    );
    assert!(ran.finished.is_empty());
    let written = fs::read_to_string(&file).expect("it was written");
    assert_eq!(written.lines().count(), 1);
    assert!(
        written.starts_with(r#"{"type":"QuotePriceActionFinished","#),
        "{written}"
    );
    assert!(written.ends_with("}\n"), "{written}");
}

#[test]
fn quiet_is_quiet() {
    assert_eq!(run(&["--quiet"], quick("a")).stderr, "");
}

/// A run that panics beside one that does not.
fn panicking() -> String {
    let panicking = start("RateVisitAction", "a", json!({"stars": 99}));
    format!("{panicking}\n{}", quick("b"))
}

#[test]
fn a_panic_stands_in_its_event_alone() {
    let ran = run(&[], panicking());
    let reason = "action `RateVisitAction`: it panicked: index out of bounds: \
                  the len is 5 but the index is 99";
    assert_eq!(ran.of("a")["failure_reason"], reason);
    assert_eq!(ran.of("b")["is_success"], true);
    assert_eq!(ran.total("failures"), "1   1 panic");
    assert!(ran.reports().is_empty(), "{}", ran.stderr);
    assert_eq!(ran.code, Some(0));
}

#[test]
fn verbose_tells_of_failures_and_panics() {
    let ran = run(&["-v"], panicking());
    assert!(ran.stderr.contains("thread 'actions'"), "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("action failed action=\"RateVisitAction\""),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_action_is_told_with_the_name_that_was_meant() {
    let ran = run(
        &[],
        start("FetchOrdersAction", "a", json!({"order_id": "ORD-10421"})),
    );
    let reason =
        "no action named `FetchOrdersAction` is registered; did you mean `FetchOrderAction`?";
    assert_eq!(ran.of("a")["failure_reason"], reason);
    assert_eq!(ran.of("a")["type"], "FetchOrdersActionFinished");
}
