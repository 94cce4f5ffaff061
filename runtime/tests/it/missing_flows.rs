//! Missing flows, from the library and from that of the reference.

use action_sdk_runtime::parse_config;

#[track_caller]
fn warned(statement: &str, expected: &str) {
    let flows = format!("flow main\n  {statement}\n  match Never()\n");
    let config = parse_config("", [("main.co", flows)]).expect("the flows are fine");
    assert_eq!(
        crate::config::warnings(&config),
        [expected],
        "for {statement}"
    );
}

#[track_caller]
fn refused(yaml: &str, flows: &str, expected: &str) {
    let error = parse_config(yaml, [("main.co", flows)]).expect_err("a mistake");
    assert!(
        error.to_string().contains(expected),
        "{error}\ndoes not say\n{expected}"
    );
}

#[test]
fn a_flow_of_the_library_names_its_import() {
    warned(
        "bot say \"hi\"",
        "main.co:2:3: there is no flow `bot say`; write `import core` at the top of the file",
    );
}

#[test]
fn a_flow_that_one_part_of_the_library_overrides_names_the_other() {
    warned(
        "_bot_say \"hi\"",
        "main.co:2:3: there is no flow `_bot_say`; write `import core` at the top of the file",
    );
}

#[test]
fn a_rail_of_the_library_names_its_import() {
    warned(
        "self check input",
        "main.co:2:3: there is no flow `self check input`; write `import nemoguardrails.library.self_check.input_check` at the top of the file",
    );
}

const NOT_HERE: &str = "this rail of nemoguardrails is not part of the library here; write a flow of that name that asks an action of yours, and ends with `abort` to block";

#[test]
fn a_rail_of_the_reference_is_told_in_flows() {
    warned(
        "content safety check input $model=\"content_safety\"",
        &format!("main.co:2:3: there is no flow `content safety check input`; {NOT_HERE}"),
    );
}

const MAIN: &str = "flow main\n  match Never()\n";

#[test]
fn a_rail_of_the_reference_is_told_in_settings() {
    for call in [
        "content safety check input $model=content_safety",
        "content safety check input $model=\"x\"",
        "jailbreak detection heuristics",
    ] {
        let yaml = format!("rails:\n  input:\n    flows:\n      - {call}\n");
        refused(&yaml, MAIN, NOT_HERE);
    }
}

#[test]
fn a_flow_of_ones_own_may_be_called_like_a_rail_of_the_reference() {
    let yaml = "rails:\n  input:\n    flows:\n      - content safety check input $model=\"x\"\n";
    let flows = format!("flow content safety check input $model\n  pass\n\n{MAIN}");
    assert!(parse_config(yaml, [("main.co", flows)]).is_ok());
}

#[test]
fn a_part_of_the_library_of_the_reference_is_told() {
    refused(
        "",
        &format!("import nemoguardrails.library.content_safety\n\n{MAIN}"),
        "this part of the library of nemoguardrails is not here, which are `nemoguardrails.library.self_check.input_check`, `nemoguardrails.library.self_check.output_check`; write a flow that asks an action of yours",
    );
}

#[test]
fn a_flow_of_the_library_that_is_defined_again_asks_for_override() {
    refused(
        "",
        &format!("import core\n\nflow bot say $text\n  pass\n\n{MAIN}"),
        "main.co:3:6: two flows are named `bot say`; rename one of them, or write `@override` above this one to replace the other, which stands at <library>/core.co:",
    );
}
