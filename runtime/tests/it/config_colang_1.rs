//! Files in Colang 1 next to those in Colang 2.

use action_sdk_runtime::{ConfigErrorKind, parse_config};

use crate::config::{MAIN, check_error};

const OLD: &str =
    "# old\ndefine user greet\n  \"hi\"\n\ndefine flow greeting\n  user greet\n  bot greet\n";

#[test]
fn a_file_in_colang_1_is_passed_over_with_a_warning() {
    let config = parse_config("", [("main.co", MAIN), ("old.co", OLD)]).expect("a configuration");
    let warnings: Vec<_> = config.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "old.co:2:1: this file is written in Colang 1, and is passed over with all that it defines; write it in Colang 2, or leave it out with `.railsignore`"
        ]
    );
}

#[test]
fn a_file_with_a_flow_is_in_colang_2_whatever_else_it_defines() {
    let rails = "flow output rails $output_text\n  pass\n\ndefine bot refuse to respond\n  \"I cannot say that.\"\n";
    let error =
        parse_config("", [("main.co", MAIN), ("rails.co", rails)]).expect_err("it is refused");
    assert_eq!(error.kind(), ConfigErrorKind::Sources);
    assert_eq!(
        (error.problems()[0].file(), error.line()),
        (Some("rails.co"), Some(4))
    );
}

#[test]
fn a_flow_that_is_lost_with_its_file_is_missing() {
    let main = "flow main\n  greeting\n";
    check_error(
        parse_config("", [("main.co", main), ("old.co", OLD)]),
        ConfigErrorKind::Program,
        "main.co:2:3: the flow `greeting` is missing: it is defined at old.co:5",
    );
}

#[test]
fn what_a_user_says_may_be_lost_too() {
    let main = "flow main\n  match Never()\n\nflow other\n  await user greet\n";
    check_error(
        parse_config("", [("main.co", main), ("old.co", OLD)]),
        ConfigErrorKind::Program,
        "main.co:5:9: the flow `user greet` is missing: it is defined at old.co:2",
    );
}

#[test]
fn a_rail_that_is_lost_with_its_file_is_no_rail() {
    check_error(
        parse_config(
            "rails: {input: {flows: [greeting]}}",
            [("main.co", MAIN), ("old.co", OLD)],
        ),
        ConfigErrorKind::Field,
        "config.yml:1:25: `rails.input.flows`: there is no flow `greeting`; it is defined at old.co:5, in a file that is passed over",
    );
}
