//! What the roles of flows do, and that names do nothing.

use colang::machine::Machine;
use colang::program::{File, Program, Role};
use colang::source::SourceId;
use colang::state::Output;
use colang::value::{Event, Value};
use umim::Timestamp;

use crate::harness::{Talk, check, machine};

/// A check that waits for a verdict, the flow that runs it, and a flow outside of it that ends the flow named in the
/// event.
fn checked(decorator: &str, name: &str) -> String {
    format!(
        "{decorator}flow {name}\n  confirmed\n\n{}",
        "flow confirmed\n  match Verdict()\n\n"
    ) + &format!(
        "flow asking\n  {name}\n  send Passed()\n\nflow main\n  start asking\n  start ending\n  match Never()\n\nflow ending\n  match End()\n  send FinishFlow(flow_id=\"confirmed\")\n  match Never()\n"
    )
}

#[test]
fn a_flow_named_like_a_rail_is_none() {
    check(&checked("", "output rails"), &["End"], &[&[], &["Passed"]]);
}

#[test]
fn a_rail_of_any_name_fails_when_a_flow_outside_of_it_ends_it() {
    let source = checked("@rail(\"output\")\n", "house rules");
    check(&source, &["End", "Verdict"], &[&[], &[], &[]]);
    let source = checked("@rail(\"input\")\n", "house rules");
    check(&source, &["End", "Verdict"], &[&[], &[], &[]]);
}

#[test]
fn a_flow_that_stands_for_what_the_user_means_is_ended_by_whoever_finds_it_out() {
    let rail = checked("@rail(\"output\")\n", "house rules");
    let intent =
        |decorator: &str| rail.replace("flow confirmed", &format!("{decorator}\nflow confirmed"));
    for decorator in ["@speaks_for(\"user\")", "@meta(user_intent=True)"] {
        check(&intent(decorator), &["End"], &[&[], &["Passed"]]);
    }
}

#[test]
fn an_override_has_the_role_of_what_it_overrides() {
    let source = checked("@rail(\"output\")\n", "house rules")
        + "\n@override\nflow house rules\n  match Verdict()\n";
    let source = source.replace("flow_id=\"confirmed\"", "flow_id=\"house rules\"");
    check(&source, &["End", "Verdict"], &[&[], &[], &[]]);
}

/// Checks what is sent when `main` starts; unchecked events are marked with a question mark.
#[track_caller]
fn check_said(source: &str, expected: &[&str]) {
    let machine = machine(source).with_checks_of_what_is_said();
    let mut state = machine.start(1);
    machine.begin(&mut state, Timestamp::from_micros(1));
    let said = machine.take_outputs(&mut state).into_iter();
    let said = said.filter_map(|output| match output {
        Output::Event(event, _) => Some(event.name.to_string()),
        Output::Unchecked(event, _) => Some(format!("{}?", event.name)),
        Output::History(_) | Output::Error { .. } | Output::Print(_) | Output::Log { .. } => None,
    });
    assert_eq!(said.collect::<Vec<_>>(), expected, "for {source}");
}

#[test]
fn what_a_rail_says_and_what_speaks_for_the_bot_counts_as_checked() {
    let source = |decorator: &str, name: &str| {
        format!(
            "{decorator}flow {name}\n  start UtteranceBotAction(script=\"hi\")\n  match Never()\n\nflow main\n  start {name}\n  match Never()\n"
        )
    };
    let said = "StartUtteranceBotAction";
    check_said(&source("@rail(\"output\")\n", "house rules"), &[said]);
    check_said(&source("@speaks_for(\"bot\")\n", "speaking"), &[said]);
    let unseen = ["StartUtteranceBotAction?"];
    check_said(&source("@rail(\"input\")\n", "house rules"), &unseen);
    check_said(&source("", "output rails"), &unseen);
    check_said(&source("", "_bot_say"), &unseen);
}

#[test]
fn an_action_that_fails_fails_a_rail_and_no_flow_of_that_name() {
    let source = |decorator: &str, name: &str| {
        format!(
            "{decorator}flow {name}\n  await CheckAction() as $check\n\nflow asking\n  {name}\n  send Passed()\n\nflow main\n  start asking\n  match Never()\n"
        )
    };
    let passes = |source: &str| {
        let (mut talk, _) = Talk::new(source);
        let action = talk.state.actions().next().expect("the check was started");
        let uid = action.uid().to_owned();
        let failed = Event::new("CheckActionFinished")
            .with("action_uid", uid)
            .with("is_success", false);
        talk.feed(failed) == ["Passed"]
    };
    assert!(!passes(&source("@rail(\"input\")\n", "house rules")));
    assert!(passes(&source("", "input rails")));
}

#[test]
fn a_convention_holds_for_flows_that_say_nothing_and_for_those_that_are_added() {
    let source = "flow rails a\n  pass\n\n@speaks_for(\"bot\")\nflow rails b\n  pass\n\nflow main\n  match Never()\n";
    let parsed = colang::syntax::parse(SourceId::default(), source);
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    let program = Program::new(&[file]).expect(source);
    let program =
        program.with_convention(|flow| flow.id.starts_with("rails ").then_some(Role::InputRail));
    let machine = Machine::new(program).expect(source);
    let mut state = machine.start(1);
    machine
        .add_flows(&mut state, "", "flow rails c\n  pass\n")
        .expect("it can be read");
    let role = |name: &str| state.program().flow(name).and_then(|flow| flow.role);
    assert_eq!(role("rails a"), Some(Role::InputRail));
    assert_eq!(role("rails b"), Some(Role::Bot));
    assert_eq!(role("rails c"), Some(Role::InputRail));
    assert_eq!(role("main"), None);
}

#[test]
fn a_conversation_goes_on_though_a_flow_that_runs_has_been_given_a_role() {
    let before = checked("", "house rules");
    let (talk, _) = Talk::new(&before);
    let saved = serde_json::from_str(&talk.saved()).expect("it is JSON");
    let after = machine(&checked("@rail(\"output\")\n", "house rules"));
    let (mut talk, _) = Talk::with(after, 1);
    talk.state = talk.machine.resume(saved).expect("the flow is the same");
    assert!(talk.say("End").is_empty(), "the check counts as failed");
}

#[test]
fn a_pattern_asks_the_outcome_of_a_rail_for_the_members_that_it_has() {
    let source = "flow main\n  match Checked(verdict={\"is_blocked\": True})\n  send Blocked()\n  match Never()\n";
    let (mut talk, _) = Talk::new(source);
    let verdict = |word: &str| {
        let json = serde_json::json!({
            "decision": word, "is_blocked": word == "block", "is_transform": false, "reason": "rude",
        });
        Event::new("Checked").with(
            "verdict",
            Value::from_json(&json).expect("it is an outcome"),
        )
    };
    assert!(talk.feed(verdict("allow")).is_empty());
    assert_eq!(talk.feed(verdict("block")), ["Blocked"]);
}
