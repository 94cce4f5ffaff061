//! The facts about flows in a program, which need no further parsing.

use std::sync::Arc;

use colang::machine::Machine;
use colang::program::{Awaited, File, FlowConfig, Program};
use colang::source::SourceId;

const MAIN: &str = "flow main\n  match Never()\n";

fn program(source: &str) -> Program {
    let parsed = colang::syntax::parse(SourceId(0), source);
    assert_eq!(parsed.diagnostics, [], "for {source}");
    let file = File {
        name: "main.co",
        module: &parsed.module,
    };
    Program::new(&[file]).expect("it has no mistakes")
}

fn greeting(body: &str) -> Arc<FlowConfig> {
    let program = program(&format!("flow greeting\n{body}\n"));
    Arc::clone(program.flow("greeting").expect("it is defined"))
}

/// Names and first texts of what the flow waits for.
#[track_caller]
fn check(body: &str, expected: &[(&str, Option<&str>)]) {
    let config = greeting(body);
    let awaited = config.waits_for.iter();
    let found: Vec<_> = awaited
        .map(|awaited| (&*awaited.name, awaited.first_text()))
        .collect();
    assert_eq!(found, expected, "for {body}");
}

#[test]
fn a_doc_string_is_kept() {
    let config = greeting("  \"\"\"Says hello.\"\"\"\n  log \"hi\"\n  \"\"\"Not this.\"\"\"");
    assert_eq!(config.doc_string.as_deref(), Some("Says hello."));
    assert_eq!(greeting("  log \"hi\"").doc_string, None);
}

#[test]
fn a_flow_of_one_statement_says_what_it_waits_for() {
    check("  user said \"hi\"", &[("user said", Some("hi"))]);
    check(
        "  \"\"\"Greeting.\"\"\"\n  global $x\n  user said \"hi\" or user said \"hello\"",
        &[("user said", Some("hi")), ("user said", Some("hello"))],
    );
}

#[test]
fn texts_that_are_computed_are_none() {
    check("  user said $text", &[("user said", None)]);
    check("  user said \"{$text}\"", &[("user said", None)]);
}

#[test]
fn an_event_is_waited_for_with_its_arguments() {
    let config = greeting("  match Said(text=\"hi\", loud=True)");
    let text = |name| {
        config
            .waits_for
            .first()
            .and_then(|awaited| awaited.text(name))
    };
    assert_eq!(
        (text("text"), text("loud"), text("other")),
        (Some("hi"), None, None)
    );
}

#[test]
fn a_flow_that_does_more_waits_for_nothing_alone() {
    check("  user said \"hi\"\n  log \"there\"", &[]);
    check("  user said \"hi\" and user said \"hello\"", &[]);
    check("  start user said \"hi\"", &[]);
    check("  send Said(text=\"hi\")", &[]);
}

#[test]
fn added_flows_are_known_as_well_also_when_they_are_resumed() {
    let machine = Machine::new(program(MAIN)).expect("there is a main flow");
    let mut state = machine.start(1);
    let added = "flow greeting\n  \"\"\"Greets.\"\"\"\n  user said \"hi\"\n";
    machine
        .add_flows(&mut state, "", added)
        .expect("they can be read");
    let known = |state: &colang::state::State| {
        let config = state.program().flow("greeting").expect("it was added");
        let said = config.waits_for.first().and_then(Awaited::first_text);
        (
            config.doc_string.as_deref().map(str::to_owned),
            said.map(str::to_owned),
        )
    };
    let expected = (Some("Greets.".to_owned()), Some("hi".to_owned()));
    assert_eq!(known(&state), expected);
    let resumed = machine.resume(state.snapshot()).expect("it was just saved");
    assert_eq!(known(&resumed), expected);
}
