//! The library of the crate: where imports find it, rails listed in the settings, and its reference page.

use std::fs;
use std::path::Path;

use action_sdk_runtime::{Code, Config, ConfigError, ConfigErrorKind, ConfigLoader, parse_config};

use crate::guardrails;

/// Which of these flows a configuration has.
fn defined<'a>(config: &Config, flows: &[&'a str]) -> Vec<&'a str> {
    let flows = flows.iter().copied();
    flows
        .filter(|flow| config.program().flow(flow).is_some())
        .collect()
}

fn importing(what: &str) -> Result<Config, ConfigError> {
    let source = format!("import {what}\n\nflow main\n  match Never()\n");
    parse_config("", [("main.co", source)])
}

/// Checks which flows an `import` adds, among some flows of all parts of the library.
#[track_caller]
fn check(import: &str, expected: &[&str]) {
    let some = [
        "bot say",
        "wait",
        "llm continuation",
        "run output rails",
        "bot gesture",
        "attention checks",
        "self check input",
        "self check output",
    ];
    let config = importing(import).expect("a configuration");
    assert_eq!(defined(&config, &some), expected, "for {import}");
    assert_eq!(config.warnings(), [], "for {import}");
}

#[test]
fn each_part_brings_what_it_needs() {
    check("core", &["bot say"]);
    check("timing", &["wait"]);
    check("llm", &["bot say", "wait", "llm continuation"]);
    check("guardrails", &["bot say", "run output rails"]);
    check(
        "avatars",
        &["bot say", "wait", "llm continuation", "bot gesture"],
    );
    check("attention", &["bot say", "attention checks"]);
    check("passthrough", &["bot say", "wait", "llm continuation"]);
}

#[test]
fn rails_are_found_where_the_reference_has_them() {
    let both = ["self check input", "self check output"];
    check("nemoguardrails.library", &both);
    check("nemoguardrails.library.self_check", &both);
    check("nemoguardrails.library.self_check.input_check", &both[..1]);
    check(
        "nemoguardrails.library.self_check.output_check.flows",
        &both[1..],
    );
}

#[test]
fn an_unknown_part_is_refused_with_the_nearest() {
    let error = importing("guardrail").expect_err("it is refused");
    assert_eq!(error.kind(), ConfigErrorKind::Import);
    assert!(
        error
            .to_string()
            .ends_with("did you mean `import guardrails`?"),
        "{error}"
    );
}

const OWN: &str = "flow bot say $text\n  send Said(text=$text)\n";

#[track_caller]
fn check_own(config: Result<Config, ConfigError>) {
    let config = config.expect("a configuration");
    assert_eq!(defined(&config, &["bot say", "bot inform"]), ["bot say"]);
}

#[test]
fn a_file_of_ones_own_counts_first() {
    let main = "import core\n\nflow main\n  match Never()\n";
    check_own(parse_config("", [("main.co", main), ("core.co", OWN)]));
    check_own(
        ConfigLoader::new()
            .module("core.co", OWN)
            .parse("", [("main.co", main)]),
    );
}

#[test]
fn the_import_path_counts_before_the_library() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library/path");
    fs::create_dir_all(&folder).expect("it can be made");
    fs::write(folder.join("core.co"), OWN).expect("it can be written");
    let loader = ConfigLoader::new().colang_path([&folder]);
    check_own(loader.parse(
        "",
        [("main.co", "import core\n\nflow main\n  match Never()\n")],
    ));
}

#[test]
fn a_folder_of_ones_own_hides_no_part_of_the_library() {
    let main = "import guardrails\n\nflow main\n  match Never()\n";
    let rails = "flow input rails $text\n  abort\n";
    let config = parse_config("", [("main.co", main), ("guardrails/rails.co", rails)]);
    let config = config.expect("a configuration");
    let both = ["input rails", "run input rails"];
    assert_eq!(defined(&config, &both), both);
}

#[track_caller]
fn check_rails(imports: &str, header: &str, warnings: &[&str]) {
    let source = format!("{imports}\n{header}\n  abort\n\nflow main\n  match Never()\n");
    let config = parse_config("", [("main.co", source)]).expect("a configuration");
    assert_eq!(crate::config::warnings(&config), warnings);
}

#[test]
fn rails_that_nothing_runs_are_told() {
    let warning = "main.co:3:6: the flow `input rails` is never run; write `import guardrails`";
    let header = "flow input rails $text";
    check_rails("import core\n", header, &[warning]);
    check_rails("import guardrails\n", header, &[]);
}

#[test]
fn rails_that_take_no_text_are_told() {
    let warning = "main.co:3:6: the flow `output rails` is given the text that it checks and takes none, so that nothing passes; write `flow output rails $output_text`";
    check_rails("import guardrails\n", "flow output rails", &[warning]);
}

#[test]
fn what_only_looks_like_rails_is_told() {
    for name in ["input rail", "input_rails"] {
        let warning =
            format!("main.co:3:6: the flow `{name}` is not run as rails; call it `input rails`");
        let header = format!("flow {name} $text");
        check_rails("import guardrails\n", &header, &[&warning]);
    }
}

/// Two checks, and a flow that repeats what it hears.
const TWO_CHECKS: &str = "
flow no secrets $text
  if \"secret\" in $text
    abort

flow nothing bad
  global $user_message
  if \"bad\" in $user_message
    abort

flow talk
  user said something as $heard
  bot say $heard.transcript

flow main
  activate talk
  match Never()
";

#[track_caller]
fn check_listed(yaml: &str, sent: &[&str], expected: &[&str]) {
    let config =
        parse_config(yaml, [("main.co", TWO_CHECKS)]).expect("main.co:3:6: the flows are fine");
    guardrails::check_config(config, sent, expected);
}

#[test]
fn listed_input_rails_are_run_in_order() {
    let yaml = "rails: {input: {flows: [nothing bad, no secrets $input_text]}}";
    check_listed(yaml, &["user: bad", "user: secret", "user: hi"], &["hi"]);
}

#[test]
fn listed_output_rails_are_run() {
    let yaml = "rails: {output: {flows: ['no secrets $output_text']}}";
    check_listed(yaml, &["user: secret", "user: bad"], &["bad"]);
}

#[test]
fn listed_rails_of_the_library_are_found() {
    let yaml = "rails: {input: {flows: [self check input]}, output: {flows: ['self check output $variant=\"other\"']}}";
    let config = parse_config(yaml, [("main.co", TWO_CHECKS)]).expect("a configuration");
    let expected = ["input rails", "output rails", "self check input"];
    assert_eq!(defined(&config, &expected), expected);
    let mut others = config.warnings().iter();
    assert!(others.all(|found| found.code() == Code::UnusedFlow));
}

#[test]
fn the_library_of_rails_is_read_only_if_it_is_needed() {
    let yaml = "rails: {input: {flows: [nothing bad]}}";
    let config = parse_config(yaml, [("main.co", TWO_CHECKS)]).expect("a configuration");
    assert_eq!(
        defined(&config, &["input rails", "self check input"]),
        ["input rails"]
    );
}

#[test]
fn empty_lists_stand_for_nothing() {
    let yaml = "rails: {input: {flows: []}, output: {}}";
    let main = "flow main\n  match Never()\n";
    let config = parse_config(yaml, [("main.co", main)]).expect("a configuration");
    assert_eq!(
        defined(&config, &["input rails", "run input rails"]),
        [] as [&str; 0]
    );
}

#[track_caller]
fn check_refused(yaml: &str, message: &str) {
    let error = parse_config(yaml, [("main.co", TWO_CHECKS)]).expect_err("it is refused");
    assert_eq!(error.kind(), ConfigErrorKind::Field);
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_listed_flow_that_does_not_exist_is_refused() {
    check_refused(
        "rails: {input: {flows: [self chek input]}}",
        "config.yml:1:25: `rails.input.flows`: there is no flow `self chek input`; did you mean `self check input`?",
    );
    check_refused(
        "rails: {output: {flows: [jailbreak detection heuristics]}}",
        "config.yml:1:26: `rails.output.flows`: there is no flow `jailbreak detection heuristics`; this rail of nemoguardrails is not part of the library here; write a flow of that name that asks an action of yours, and ends with `abort` to block",
    );
    check_refused(
        "rails: {output: {flows: [quite another]}}",
        "config.yml:1:26: `rails.output.flows`: there is no flow `quite another`; define it, or import the file that does",
    );
}

#[test]
fn a_listed_text_that_is_no_call_is_refused() {
    let how =
        "write its name and its arguments, such as `self check input` or `my check $strict=True`";
    check_refused(
        "rails: {input: {flows: ['match Hi()']}}",
        &format!("config.yml:1:25: `rails.input.flows`: `match Hi()` is no call of a flow; {how}"),
    );
    check_refused(
        "rails: {input: {flows: [\"nothing bad\\n  abort\"]}}",
        &format!(
            "config.yml:1:25: `rails.input.flows`: `nothing bad\n  abort` is no call of a flow; {how}"
        ),
    );
}

#[test]
fn listed_rails_and_flows_of_their_name_are_refused() {
    let source = format!("{TWO_CHECKS}\nflow input rails $text\n  pass\n");
    let yaml = "rails: {input: {flows: [nothing bad]}}";
    let error = parse_config(yaml, [("main.co", source)]).expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "config.yml:1:25: `rails.input.flows` stands for a flow `input rails`, and there is one already; keep one of them"
    );
}

#[test]
fn lists_that_nothing_runs_are_refused() {
    check_refused(
        "rails: {retrieval: {flows: [nothing bad]}}",
        "config.yml:1:29: `rails.retrieval.flows` lists flows, and Colang 2 runs those of `rails.input` and `rails.output` only; call them in flows of your own",
    );
}
