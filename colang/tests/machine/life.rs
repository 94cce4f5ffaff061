//! Flows that start, fail, are added, removed and changed; randomness; reloaded programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use colang::state::Output;
use colang::value::{Event, Value};
use umim::Timestamp;

use crate::harness::{Talk, check, machine};

const NOTHING: [&str; 0] = [];

#[test]
fn an_undefined_flow_fails_who_waits_for_it() {
    check(
        r"
flow main
  when some thing nobody wrote
    send Wrong()
  else
    send Right()
  match Never()
",
        &[],
        &[&["Right"]],
    );
}

#[test]
fn a_start_that_somebody_takes_care_of_goes_on_waiting() {
    check(
        r#"
flow help
  match UnhandledEvent(event="StartFlow") as $e
  send Asked(v=$e.flow_id)

flow main
  activate help
  match Go()
  when some thing nobody wrote
    send Wrong()
  else
    send AlsoWrong()
  match Never()
"#,
        &["Go"],
        &[&[], &["Asked some thing nobody wrote"]],
    );
}

#[test]
fn a_parameter_cannot_hide_which_instance_a_flow_is() {
    check(
        r#"
flow a $flow_instance_uid $flow_id
  match Go()

flow main
  await a "x" "y"
  send Done()
  match Never()
"#,
        &["Go"],
        &[&[], &["Done"]],
    );
}

#[test]
fn main_that_failed_waits_to_be_started_again() {
    let (mut talk, first) = Talk::new("flow main\n  send Began()\n  match Go()\n  abort\n");
    assert_eq!(first, ["Began"]);
    assert_eq!(talk.say("Go"), NOTHING);
    assert!(talk.machine.is_waiting(&talk.state));
    assert_eq!(talk.start(), ["Began"]);
}

#[test]
fn a_variable_that_changes_while_a_head_waits_is_read_anew() {
    let source = r#"
flow main
  $x = "a"
  when E(t=$x)
    send Got(v=$x)
  or when Change()
    $x = "b"
    match E(t=$x)
    send Late(v=$x)
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    talk.say("Change");
    assert_eq!(talk.feed(Event::new("E").with("t", "a")), NOTHING);
    assert_eq!(talk.feed(Event::new("E").with("t", "b")), ["Late b"]);
}

#[test]
fn variables_that_another_flow_changes_are_read_anew() {
    let source = r#"
flow wait $t
  match E(t=$t)
  send Got(v=$t)

flow main
  start wait "a" as $w
  match Go()
  ($w.context.update({"t": "b"}))
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    talk.say("Go");
    assert_eq!(talk.feed(Event::new("E").with("t", "a")), NOTHING);
    assert_eq!(talk.feed(Event::new("E").with("t", "b")), ["Got b"]);
}

#[test]
fn globals_that_change_while_a_head_waits_are_read_anew() {
    let source = r#"
flow setter
  global $t
  match Set()
  $t = "b"

flow main
  global $t
  $t = "a"
  start setter
  match E(t=$t)
  send Got(v=$t)
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    talk.say("Set");
    assert_eq!(talk.feed(Event::new("E").with("t", "a")), NOTHING);
    assert_eq!(talk.feed(Event::new("E").with("t", "b")), ["Got b"]);
}

const DRAWS: &str = r"
flow main
  start AAction(n=1) or BAction(n=2)
  send Drawn(v=rand())
  match Never()
";

#[test]
fn the_same_seed_gives_the_same_conversation() {
    let run = |seed| {
        let (mut talk, sent) = Talk::with(machine(DRAWS), seed);
        (sent, talk.say("Other"), talk.saved())
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7).2, run(8).2);
}

#[test]
fn chance_decides_between_equals() {
    let firsts: BTreeSet<_> = (0..50)
        .map(|seed| Talk::with(machine(DRAWS), seed).1.remove(0))
        .collect();
    assert_eq!(firsts.len(), 2);
}

#[test]
fn flows_can_be_added_and_taken_away() {
    let source = r#"
flow main
  match Go()
  $i = uid()
  send StartFlow(flow_id="extra", flow_instance_uid=$i)
  match FlowFinished(flow_instance_uid=$i)
  send Done()
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    let added = talk
        .machine
        .add_flows(&mut talk.state, "extra.co", "flow extra\n  send Extra()\n")
        .expect("it can be read");
    assert_eq!(added, [Arc::from("extra")]);
    assert!(
        talk.machine.program().flow("extra").is_none(),
        "flows belong to one conversation"
    );
    talk.save_and_resume();
    assert_eq!(talk.say("Go"), ["Extra", "Done"]);
    talk.machine.remove_flows(&mut talk.state, &["extra"]);
    assert!(talk.state.program().flow("extra").is_none());
    talk.save_and_resume();
    assert!(talk.state.program().flow("extra").is_none());
}

#[test]
fn who_waits_for_a_flow_that_is_removed_fails_once() {
    let (mut talk, _) = Talk::new(
        "@loop(\"errors\")\nflow tell\n  match ColangError() as $e\n  send Fault(v=$e.error)\n\n@loop(\"other\")\nflow other\n  match Anything()\n\nflow wait\n  send StartFlow(flow_id=\"extra\")\n  match FlowStarted(flow_id=\"extra\") as $started\n  match $started.flow.Finished()\n\nflow main\n  activate tell\n  activate other\n  match Go()\n  when wait\n    send Done()\n  else\n    send Failed()\n  match Never()\n",
    );
    let source = "flow extra\n  match Never()\n";
    talk.machine
        .add_flows(&mut talk.state, "extra.co", source)
        .expect("it can be read");
    assert_eq!(talk.say("Go"), [""; 0]);
    talk.machine.remove_flows(&mut talk.state, &["extra"]);
    let heard = talk.say("Anything");
    assert!(heard.iter().any(|event| event == "Failed"), "{heard:?}");
    let faults = heard.iter().filter(|event| event.starts_with("Fault"));
    assert_eq!(faults.count(), 1, "{heard:?}");
}

#[test]
fn flows_with_mistakes_are_not_added() {
    let (mut talk, _) = Talk::new("flow main\n  match Never()\n");
    let source = "flow good\n  pass\n\nflow bad\n  match good\n";
    let error = talk
        .machine
        .add_flows(&mut talk.state, "x.co", source)
        .expect_err("it has a mistake");
    assert_eq!((error.file(), error.line()), ("x.co", Some(5)));
    assert!(talk.state.program().flow("good").is_none());
}

#[test]
fn events_from_outside_are_never_internal() {
    let source = "flow main\n  match FlowFinished(flow_id=\"x\")\n  send Wrong()\n";
    let (mut talk, _) = Talk::new(source);
    let event = Event::new("FlowFinished").with("flow_id", "x");
    assert_eq!(talk.feed(event), NOTHING);
    let event = Event::new("StopFlow").with("flow_id", "main");
    assert_eq!(talk.feed(event), NOTHING);
    assert!(!talk.machine.is_waiting(&talk.state));
}

#[test]
fn nan_cannot_be_sent() {
    let source = r#"
flow watch
  match ColangError() as $e
  send Seen(v=$e.type)

flow bad
  match Go() as $e
  send Bad(v=$e.n)

flow main
  activate watch
  start bad
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    let event = Event::new("Go").with("n", Value::from(f64::NAN));
    assert_eq!(talk.feed(event), ["Seen ColangValueError"]);
}

#[test]
fn an_action_that_nobody_knows_changes_nothing() {
    let source = "flow main\n  await XAction()\n  send Done()\n  match Never()\n";
    let (mut talk, first) = Talk::new(source);
    assert_eq!(first, ["StartXAction"]);
    let event = Event::new("XActionFinished").with("action_uid", "unknown");
    assert_eq!(talk.feed(event), NOTHING);
    assert_eq!(talk.say("XActionFinished"), NOTHING);
    let event = Event::new("XActionFinished").with("action_uid", 5);
    assert_eq!(talk.feed(event), NOTHING);
}

#[test]
fn an_error_is_told_outside_whether_a_flow_waits_for_it_or_not() {
    let (mut talk, _) = Talk::new("flow main\n  match Go()\n  $x = 1 + \"one\"\n  match Never()\n");
    let now = Timestamp::from_micros(1);
    talk.machine
        .run_to_completion(&mut talk.state, Event::new("Go"), now);
    let outputs = talk.machine.take_outputs(&mut talk.state);
    assert!(
        matches!(&outputs[..], [Output::Error { message, .. }] if message.contains("an int and a str")),
        "{outputs:?}"
    );
}

/// Checks the place of the only error after `Go`.
#[track_caller]
fn check_place(source: &str, expected: &str) {
    let (mut talk, _) = Talk::new(source);
    let now = Timestamp::from_micros(1);
    talk.machine
        .run_to_completion(&mut talk.state, Event::new("Go"), now);
    let outputs = talk.machine.take_outputs(&mut talk.state);
    let places: Vec<_> = outputs
        .iter()
        .filter_map(|output| match output {
            Output::Error { place, .. } => place.as_ref().map(ToString::to_string),
            Output::Event(..)
            | Output::Unchecked(..)
            | Output::History(_)
            | Output::Print(_)
            | Output::Log { .. } => None,
        })
        .collect();
    assert_eq!(places, [expected], "for {source}");
}

#[test]
fn an_error_of_a_statement_has_its_line() {
    let source = "flow main\n  match Go()\n  $x = None\n  $y = $x.name\n  match Never()\n";
    check_place(source, "main.co:4: flow `main`");
}

#[test]
fn an_error_of_a_pattern_has_its_line() {
    let source = "flow main\n  match Go()\n\n  match $missing.Finished()\n";
    check_place(source, "main.co:4: flow `main`");
}

#[test]
fn an_error_of_an_event_has_its_line() {
    let source = "flow main\n  match Go()\n\n  send Out(n=1 / 0)\n";
    check_place(source, "main.co:4: flow `main`");
}

#[test]
fn an_error_of_a_case_has_its_line() {
    let source =
        "flow main\n  match Go()\n  when A()\n    pass\n  or when $missing.Finished()\n    pass\n";
    check_place(source, "main.co:5: flow `main`");
}

#[test]
fn an_error_of_a_second_condition_has_its_line() {
    let source =
        "flow main\n  match Go()\n  if False\n    if False\n      pass\n  elif [1][4]\n    pass\n";
    check_place(source, "main.co:6: flow `main`");
}

#[test]
fn an_error_behind_a_block_has_its_line() {
    let source = "flow main\n  match Go()\n  if True\n    pass\n    pass\n  $x = [1][4]\n";
    check_place(source, "main.co:6: flow `main`");
}

#[test]
fn a_wrong_argument_has_the_line_of_the_call() {
    let source = "flow greet $name\n  match Never()\n\nflow main\n  match Go()\n  greet 1 2\n";
    check_place(source, "main.co:6: flow `main`");
}

#[test]
fn a_call_of_a_flow_that_is_not_there_has_its_line() {
    check_place(
        "flow main\n  match Go()\n  missing\n  match Never()\n",
        "main.co:3: flow `main`",
    );
}

#[test]
fn a_bad_default_has_the_line_of_the_call() {
    let source =
        "flow greet $n=1/0\n  match Never()\n\nflow main\n  match Go()\n  greet\n  match Never()\n";
    check_place(source, "main.co:6: flow `main`");
}

#[test]
fn flows_are_told_where_an_error_happened() {
    let source = r#"
@loop("log")
flow observer
  match ColangError() as $e
  send Seen(v="{$e.flow_id} {$e.file} {$e.line}")

flow job
  match Go()
  $x = [1][4]

flow main
  activate observer
  start job
  match Never()
"#;
    check(source, &["Go"], &[&[], &["Seen job main.co 9"]]);
}

#[test]
fn where_an_error_happened_does_not_change_what_wins() {
    // A pattern that omits two of three arguments scores 0.81, with or without the place.
    let source = r#"
flow observer
  match ColangError()
  send FromError()

flow other
  match Go(a=1, b=2)
  match Never()

flow main
  start observer
  start bad
  match Go()
  send FromMain()
  match Never()

flow bad
  match Go()
  $x = [1][4]
  match Never()
"#;
    let (mut talk, _) = Talk::new(source);
    let go = (0..3).fold(Event::new("Go"), |go, n| go.with(&format!("f{n}"), n));
    assert_eq!(talk.feed(go), ["FromError"]);
}

#[test]
fn a_flow_tells_those_above_it_the_parent_first() {
    check(
        r"
flow inner
  send Above(v=$self.ancestors)

flow outer
  match Go()
  inner

flow main
  activate outer
  match Never()
",
        &["Go", "Go"],
        &[
            &[],
            &["Above ['outer', 'main']"],
            &["Above ['outer', 'main']"],
        ],
    );
}

#[test]
fn a_flow_that_is_over_is_above_no_other() {
    check(
        r"
flow shared
  match Ask()
  send Above(v=$self.ancestors)

flow first
  activate shared
  match Stop()

flow main
  start first
  activate shared
  match Never()
",
        &["Ask", "Stop", "Ask"],
        &[&[], &["Above ['first', 'main']"], &[], &["Above ['main']"]],
    );
}
