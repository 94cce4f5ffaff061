//! Entries of `rails.input.flows` and `rails.output.flows` that cannot be rails.

use action_sdk_runtime::{ConfigErrorKind, Problem, parse_config};

use crate::config::check_error;

const FLOWS: &str = "
flow main
  while True
    match Asked()

flow my check
  pass

flow waits
  while True
    match Asked()
    if $x
      continue

flow leaves
  while True
    match Asked()
    if $x
      return

flow breaks
  while True
    when Asked()
      break
    or when Other()
      pass

flow awaits waits
  await my check
  if $x
    waits
  else
    await waits or main
";

#[track_caller]
fn check(entry: &str, words: &str) {
    let yaml = format!("rails:\n  input:\n    flows:\n      - {entry}\n");
    check_error(
        parse_config(&yaml, [("main.co", FLOWS)]),
        ConfigErrorKind::Field,
        words,
    );
}

#[track_caller]
fn check_fine(entry: &str) {
    let yaml = format!("rails: {{output: {{flows: [{entry}]}}}}\n");
    let config = parse_config(&yaml, [("main.co", FLOWS)]).expect("a configuration");
    assert!(config.program().flow("output rails").is_some());
}

#[test]
fn main_is_no_rail() {
    check(
        "main",
        "config.yml:4:9: `rails.input.flows`: the flow `main` can never end, so that no message would pass; ",
    );
}

#[test]
fn a_flow_that_can_never_end_is_no_rail() {
    check("waits", "the flow `waits` can never end");
    check("awaits waits", "the flow `awaits waits` can never end");
}

#[test]
fn a_flow_that_may_end_is_a_rail() {
    for entry in ["my check", "leaves", "breaks"] {
        check_fine(entry);
    }
}

#[test]
fn what_runs_the_rails_is_no_rail() {
    check(
        "run input rails",
        "the flow `run input rails` runs the rails, and is none",
    );
    check(
        "dummy input rail",
        "there is no flow `dummy input rail`; define it",
    );
}

#[test]
fn thousands_of_unknown_flows_are_told_at_once() {
    let name = |kind: &str, number: usize| format!("{kind} n{number}");
    let flows: String = (0..3000)
        .map(|number| format!("flow {}\n  pass\n\n", name("known", number)))
        .collect();
    let entries: String = (0..3000)
        .map(|number| format!("    - {}\n", name("unknown", number)))
        .collect();
    let yaml = format!("rails:\n  input:\n    flows:\n{entries}");
    let error = parse_config(&yaml, [("main.co", format!("{FLOWS}\n{flows}"))]);
    assert_eq!(error.expect_err("it is refused").problems().len(), 3000);
}

#[test]
fn an_unknown_flow_has_its_place() {
    check(
        "my chek",
        "config.yml:4:9: `rails.input.flows`: there is no flow `my chek`; did you mean `my check`?",
    );
}

#[test]
fn a_rail_of_the_reference_that_is_not_here_is_told_so() {
    for entry in [
        "content safety check input $model=content_safety",
        "self check facts",
        "detect sensitive data on input",
        "jailbreak detection heuristics",
    ] {
        check(
            entry,
            "config.yml:4:9: `rails.input.flows`: there is no flow `",
        );
    }
}

#[test]
fn all_entries_that_are_wrong_are_told() {
    let yaml = "rails: {input: {flows: [one, my check]}, output: {flows: [two]}}\n";
    let error = parse_config(yaml, [("main.co", FLOWS)]).expect_err("it is refused");
    let columns: Vec<_> = error
        .problems()
        .iter()
        .filter_map(Problem::column)
        .collect();
    assert_eq!(columns, [25, 59]);
}

#[test]
fn rails_under_a_misspelt_name_are_told() {
    for (name, meant) in [
        ("inptu rails", "input rails"),
        ("rails input", "input rails"),
        ("output rials", "output rails"),
        ("Output Rails", "output rails"),
    ] {
        let flows = format!(
            "import guardrails\nflow {name} $text\n  abort\n\nflow main\n  match Never()\n"
        );
        let config = parse_config("", [("main.co", flows)]).expect(name);
        let told: Vec<_> = config.warnings().iter().map(ToString::to_string).collect();
        assert!(
            told.iter()
                .any(|told| told.contains(&format!("call it `{meant}`"))),
            "{name}: {told:?}"
        );
    }
}

#[test]
fn rails_under_their_own_names_are_fine() {
    let flows = "import guardrails\nflow input rails $text\n  pass\n\nflow output rails $text\n  pass\n\nflow main\n  match Never()\n";
    let config = parse_config("", [("main.co", flows)]).expect("a configuration");
    assert!(config.warnings().is_empty(), "{:?}", config.warnings());
}

#[test]
fn a_prompt_for_a_misspelt_task_is_told() {
    let yaml = "prompts:\n  - task: self_check_inptu\n    content: 'x {{ user_input }}'\n";
    let config =
        parse_config(yaml, [("main.co", "flow main\n  match Never()\n")]).expect("a configuration");
    let told = config.warnings()[0].to_string();
    assert!(
        told.contains("self_check_input`") && told.contains(":2:"),
        "{told}"
    );
}

#[test]
fn a_message_that_is_changed_in_vain_is_told() {
    let flows = "import guardrails\nflow output rails $text\n  $bot_message = \"***\"\n\nflow main\n  match Never()\n";
    let config = parse_config("", [("main.co", flows)]).expect("a configuration");
    let told = config.warnings()[0].to_string();
    assert!(
        told.contains("main.co:2:6") && told.contains("write `global $bot_message`"),
        "{told}"
    );
}

#[test]
fn a_check_of_the_other_side_is_refused() {
    let yaml = "rails:\n  input:\n    flows: [self check output]\n";
    let error =
        parse_config(yaml, [("main.co", "flow main\n  match Never()\n")]).expect_err("refused");
    let told = error.to_string();
    assert!(
        told.contains(":3:13") && told.contains("`self check input`"),
        "{told}"
    );
}
