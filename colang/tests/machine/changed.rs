//! Conversations that are resumed under other flows than those that saved them.

use colang::state::{OnChange, ResumeErrorKind};

use crate::harness::{Talk, machine};

const DIALOG: &str = "
flow asked $what
  match Asked(v=$what)

flow user asked about tea
  asked \"tea\"

@active
flow tea
  user asked about tea
  send Tea(v=1)
  match More()
  send Tea(v=2)

@active
flow other
  match Begin()
  match End()
  send Ended(v=1)

flow main
  send Hello()
  match Never()
";

fn asked() -> colang::value::Event {
    colang::value::Event::new("Asked").with("v", "tea")
}

/// A conversation after these events.
fn after(events: &[&str]) -> Talk {
    let (mut talk, _) = Talk::new(DIALOG);
    for event in events {
        match *event {
            "Asked" => talk.feed(asked()),
            event => talk.say(event),
        };
    }
    talk
}

/// The same conversation, under other flows.
#[track_caller]
fn resumed(mut talk: Talk, source: &str, on_change: OnChange) -> (Talk, Vec<String>) {
    let saved = serde_json::from_str(&talk.saved()).expect("what was saved can be read");
    talk.machine = machine(source);
    let resumed = talk
        .machine
        .resume_with(saved, on_change)
        .expect("it can be resumed");
    let (state, restarted) = resumed;
    talk.state = state;
    talk.save_and_resume();
    (talk, restarted.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn check_refused(talk: &Talk, source: &str, kind: ResumeErrorKind, flow: &str) {
    let error = machine(source).resume(talk.state.snapshot());
    let error = error.expect_err("it has changed");
    assert_eq!((error.kind(), error.subject()), (kind, flow));
}

#[test]
fn comments_and_empty_lines_are_no_change() {
    let commented = DIALOG.replace("  match More()", "  # what else\n\n  match More() # more");
    let (mut talk, restarted) = resumed(after(&["Asked"]), &commented, OnChange::Refuse);
    assert_eq!(restarted, [""; 0]);
    assert_eq!(talk.say("More"), ["Tea 2"]);
}

#[test]
fn a_flow_at_its_first_match_begins_anew_and_others_go_on() {
    let changed = DIALOG.replace("Tea(v=1)", "Tea(v=10)");
    let (mut talk, restarted) = resumed(after(&["Begin"]), &changed, OnChange::Refuse);
    assert_eq!(restarted, ["tea"]);
    assert_eq!(talk.feed(asked()), ["Tea 10"]);
    assert_eq!(talk.say("End"), ["Ended 1"]);
}

#[test]
fn a_flow_that_begins_anew_answers_once() {
    let changed = DIALOG.replace("Tea(v=1)", "Tea(v=10)");
    let (mut talk, _) = resumed(after(&[]), &changed, OnChange::Refuse);
    assert_eq!(talk.feed(asked()), ["Tea 10"]);
    assert_eq!(talk.say("More"), ["Tea 2"]);
    assert_eq!(talk.feed(asked()), ["Tea 10"]);
}

#[test]
fn what_is_awaited_at_the_first_match_may_change() {
    let changed = DIALOG.replace("asked \"tea\"", "asked \"coffee\"");
    let (mut talk, restarted) = resumed(after(&["Begin"]), &changed, OnChange::Refuse);
    assert_eq!(restarted, ["tea"]);
    assert_eq!(talk.feed(asked()), [""; 0]);
    let coffee = colang::value::Event::new("Asked").with("v", "coffee");
    assert_eq!(talk.feed(coffee), ["Tea 1"]);
}

#[test]
fn a_flow_that_has_gone_further_is_refused() {
    let changed = DIALOG.replace("Tea(v=2)", "Tea(v=20)");
    check_refused(
        &after(&["Asked"]),
        &changed,
        ResumeErrorKind::ChangedFlow,
        "tea",
    );
}

#[test]
fn a_flow_that_has_gone_further_can_begin_anew() {
    let changed = DIALOG.replace("Tea(v=2)", "Tea(v=20)");
    let talk = after(&["Asked", "Begin"]);
    let (mut talk, restarted) = resumed(talk, &changed, OnChange::RestartFlows);
    assert_eq!(restarted, ["tea"]);
    assert_eq!(talk.say("More"), [""; 0]);
    assert_eq!(talk.feed(asked()), ["Tea 1"]);
    assert_eq!(talk.say("More"), ["Tea 20"]);
    assert_eq!(talk.say("End"), ["Ended 1"]);
}

#[test]
fn a_flow_that_is_gone_ends_if_it_only_waited() {
    let start = DIALOG.find("@active\nflow other").expect("it is there");
    let end = DIALOG.find("flow main").expect("it is there");
    let without = format!("{}{}", &DIALOG[..start], &DIALOG[end..]);
    let (mut talk, restarted) = resumed(after(&[]), &without, OnChange::Refuse);
    assert_eq!(restarted, ["other"]);
    assert_eq!(talk.say("Begin"), [""; 0]);
    assert_eq!(talk.feed(asked()), ["Tea 1"]);
    check_refused(
        &after(&["Begin"]),
        &without,
        ResumeErrorKind::MissingFlow,
        "other",
    );
}

#[test]
fn main_that_has_gone_further_is_refused_or_begins_anew() {
    let changed = DIALOG.replace("Hello()", "Welcome()");
    check_refused(&after(&[]), &changed, ResumeErrorKind::ChangedFlow, "main");
    let (mut talk, restarted) = resumed(after(&[]), &changed, OnChange::RestartFlows);
    assert_eq!(restarted, ["main"]);
    assert_eq!(talk.start(), ["Welcome"]);
    assert_eq!(talk.feed(asked()), ["Tea 1"]);
}

#[test]
fn a_flow_that_main_awaits_is_refused_by_name() {
    let source = "flow step\n  match Go()\n  match Stop()\n\nflow main\n  step\n  match Never()\n";
    let (mut talk, _) = Talk::new(source);
    talk.say("Go");
    let changed = source.replace("Stop", "End");
    check_refused(&talk, &changed, ResumeErrorKind::ChangedFlow, "step");
}

#[test]
fn a_conversation_saved_in_an_earlier_form_is_refused() {
    let talk = after(&[]);
    let mut saved = serde_json::to_value(talk.state.snapshot()).expect("it is JSON");
    saved.as_object_mut().expect("an object").remove("begun");
    let saved = serde_json::from_value(saved).expect("it can be read");
    let changed = machine(&DIALOG.replace("Tea(v=1)", "Tea(v=10)"));
    let error = changed
        .resume(saved)
        .expect_err("nobody knows how far it came");
    assert_eq!(error.kind(), ResumeErrorKind::ChangedFlow);
}
