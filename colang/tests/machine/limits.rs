//! Programs that would run forever: each fails with an error that flows can see, and the conversation goes on.

use colang::machine::Limits;
use colang::value::{Dict, Event};

use crate::harness::{Talk, machine};

/// Reports errors, and that it is still running.
const WATCH: &str = r"
flow watch
  match ColangError() as $e
  send Seen(v=$e.type)

flow alive
  match Ping()
  send Pong()

";

/// Checks that the program reaches a limit after `Go`, that at least one flow is notified, that other flows continue,
/// and that the state stays small afterwards.
#[track_caller]
fn check(program: &str) {
    check_with(program, Limits::default().with_steps(100_000));
    if !cfg!(debug_assertions) {
        check_with(program, Limits::default());
    }
}

#[track_caller]
fn check_with(program: &str, limits: Limits) {
    let source = format!("{WATCH}{program}");
    let (mut talk, first) = Talk::with(machine(&source).with_limits(limits), 1);
    assert_eq!(first, [] as [&str; 0], "for {program}");
    for turn in 0..3 {
        let sent = talk.say("Go");
        let told = sent.iter().filter(|sent| sent.starts_with("Seen Colang"));
        assert!(
            turn > 0 || told.count() > 0,
            "after {} events, for {program}",
            sent.len()
        );
        assert!(sent.len() < 100_000, "for {program}");
        talk.start();
        assert!(
            talk.say("Ping").contains(&"Pong".to_owned()),
            "for {program}"
        );
    }
    for _ in 0..10 {
        talk.say("Other");
        talk.say("Ping");
    }
    let saved = talk.saved().len();
    assert!(saved < 30_000_000, "{saved} bytes for {program}");
}

#[test]
fn a_loop_without_a_wait() {
    check(
        "
flow spin
  match Go()
  while True
    pass

flow main
  activate watch and alive
  start spin
  match Never()
",
    );
}

#[test]
fn a_loop_that_sends() {
    check(
        "
flow spin
  match Go()
  while True
    send Spam()

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_loop_that_starts_actions() {
    check(
        "
flow spin
  match Go()
  while True
    start SpamAction()

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_loop_that_grows_a_list() {
    check(
        "
flow spin
  match Go()
  $list = [1]
  while True
    $list = $list + $list[0:1000]

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_loop_in_which_forks_are_merged() {
    check(
        "
flow a
  match AE()

flow spin
  match Go()
  while True
    start a or a

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_flow_that_fails_and_restarts() {
    check(
        "
flow bad
  abort

flow begin
  match Go()
  activate bad

flow main
  activate watch and alive
  activate begin
  match Never()
",
    );
}

#[test]
fn a_flow_that_spins_and_restarts() {
    check(
        "
flow bad
  while True
    pass

flow begin
  match Go()
  activate bad

flow main
  activate watch and alive
  activate begin
  match Never()
",
    );
}

#[test]
fn a_flow_whose_callee_fails_fails_its_activator() {
    let source = format!(
        "{WATCH}
flow worse
  abort

flow bad
  worse

flow main
  activate watch and alive
  match Go()
  when begin
    send Wrong()
  else
    send Caught()
  match Never()

flow begin
  activate bad
"
    );
    let (mut talk, _) = Talk::new(&source);
    assert_eq!(talk.say("Go"), ["Caught"]);
}

#[test]
fn a_flow_that_awaits_itself() {
    check(
        "
flow deeper
  deeper

flow begin
  match Go()
  deeper

flow main
  activate watch and alive
  activate begin
  match Never()
",
    );
}

#[test]
fn a_flow_that_starts_two_of_its_kind() {
    check(
        "
flow twice
  start twice
  start twice
  match Never()

flow begin
  match Go()
  twice

flow main
  activate watch and alive
  activate begin
  match Never()
",
    );
}

#[test]
fn a_loop_that_starts_flows() {
    check(
        "
flow leaf
  match Never()

flow spin
  match Go()
  while True
    start leaf

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_loop_that_awaits_flows_that_are_over_at_once() {
    check(
        "
flow leaf
  pass

flow spin
  match Go()
  while True
    leaf

flow main
  activate watch and alive
  activate spin
  match Never()
",
    );
}

#[test]
fn a_loop_that_asks_for_flows_without_waiting() {
    check(
        r#"
flow leaf
  match Never()

flow spin
  match Go()
  while True
    send StartFlow(flow_id="leaf")

flow main
  activate watch and alive
  activate spin
  match Never()
"#,
    );
}

#[test]
fn events_that_beget_each_other() {
    check(
        r#"
flow leaf
  pass

flow ping
  match FlowFinished(flow_id="leaf")
  start leaf

flow main
  activate watch and alive
  activate ping
  match Go()
  start leaf
  match Never()
"#,
    );
}

#[test]
fn errors_that_beget_errors() {
    check(
        r#"
flow eager
  match ColangError()
  $x = 1 / 0

flow begin
  match Go()
  while True
    pass

flow main
  activate watch and alive
  activate eager
  activate begin
  match Never()
"#,
    );
}

#[test]
fn unhandled_events_that_beget_events() {
    check(
        r#"
flow leaf
  pass

@loop("eager")
flow eager
  match UnhandledEvent()
  leaf

flow begin
  match Go()
  activate eager
  match Never()

flow main
  activate watch and alive
  activate begin
  match Never()
"#,
    );
}

#[test]
fn a_main_that_spins_fails_and_can_be_started_again() {
    let source = "flow main\n  match Go()\n  while True\n    pass\n";
    let (mut talk, _) = Talk::new(source);
    for _ in 0..3 {
        talk.say("Go");
        assert!(talk.machine.is_waiting(&talk.state));
        talk.start();
    }
}

#[test]
fn a_failure_at_the_limit_reaches_those_who_wait() {
    let source = format!(
        "{WATCH}
flow spin
  match Go()
  while True
    pass

flow main
  activate watch and alive
  when spin
    send Wrong()
  else
    send Caught()
  match Never()
"
    );
    let (mut talk, _) = Talk::new(&source);
    let sent = talk.say("Go");
    assert!(sent.contains(&"Caught".to_owned()), "{sent:?}");
}

#[test]
fn more_flows_than_allowed_fail_who_starts_them() {
    let source = "
flow leaf
  match Never()

flow main
  match Go()
  $n = 0
  while $n < 100
    start leaf
    $n = $n + 1
  send Wrong()
";
    let limits = Limits::default().with_flows(50);
    let (mut talk, _) = Talk::with(machine(source).with_limits(limits), 1);
    assert_eq!(talk.say("Go"), [] as [&str; 0]);
    assert!(talk.state.flow_keys().len() <= 50);
}

#[test]
fn flows_deeper_than_allowed_fail_who_starts_them() {
    let source = "
flow down $n
  if $n > 0
    down ($n - 1)
  match Never()

flow main
  match Go()
  when down 20
    send Wrong()
  else
    send Caught()
  match Never()
";
    let limits = Limits::default().with_depth(10);
    let (mut talk, _) = Talk::with(machine(source).with_limits(limits), 1);
    assert_eq!(talk.say("Go"), ["Caught"]);
    let (mut talk, _) = Talk::new(source);
    assert_eq!(talk.say("Go"), [] as [&str; 0]);
}

/// A pattern that omits more than 7,000 arguments once scored 0.
#[test]
fn an_event_of_many_fields_is_heard_by_who_knows_more_of_it() {
    let source = "
flow little
  match Wide()
  send Little()

flow more
  match Wide(field1=\"x\")
  send More()

flow nested
  match Deep(of=dict())
  send Nested()

flow main
  activate little and more and nested
  match Never()
";
    let fields = (0..20_000).map(|n| (format!("field{n}"), "x"));
    let wide = fields
        .clone()
        .fold(Event::new("Wide"), |event, (name, value)| {
            event.with(&name, value)
        });
    let (mut talk, _) = Talk::new(source);
    assert_eq!(talk.feed(wide), ["More"]);
    let deep = Event::new("Deep").with("of", fields.collect::<Dict>());
    assert_eq!(talk.feed(deep), ["Nested"]);
}

#[test]
fn events_in_events_are_not_nested_without_end() {
    let source = "
flow holds $event
  match Never()

flow watch
  match ColangError() as $e
  send Seen(v=$e.type)

flow main
  activate watch
  match Go() as $event
  $n = 0
  while $n < 100
    start holds $event
    match FlowStarted(flow_id=\"holds\") as $event
    $n = $n + 1
  match Never()
";
    let (mut talk, _) = Talk::new(source);
    talk.say("Go");
    talk.save_and_resume();
}

/// One event could examine an unlimited number of flows, strings and lists without being charged.
#[test]
fn what_an_expression_goes_through_is_charged() {
    let limits = Limits::default().with_steps(100_000);
    for work in [
        "$list == $other",
        "\"x\" in $list",
        "set($list)",
        "$list.count(\"x\")",
        "$text.strip(\"b\")",
        "search(\"(a|b)*c\", $text)",
        "find_all(\"a[^b]*b|a\", $text)",
        "flows_info()",
    ] {
        let source = format!(
            "{WATCH}
flow go
  match Go() as $go
  $list = $go.list
  $other = $go.other
  $text = $go.text
  $n = 0
  while $n < 1000
    $x = {work}
    $n = $n + 1
  send Done()

flow main
  activate watch and alive
  start go
  match Never()
"
        );
        let list = || colang::value::Value::list((0..5000).map(Into::into));
        let event = Event::new("Go").with("list", list()).with("other", list());
        let (mut talk, _) = Talk::with(machine(&source).with_limits(limits), 1);
        let sent = talk.feed(event.with("text", "a".repeat(5000)));
        assert!(!sent.contains(&"Done".to_owned()), "for {work}");
    }
}
