//! Names given as constants, and duplicate names.

use crate::check;

#[test]
fn a_constant_without_the_suffix() {
    let words = "evaluation panicked: action name `CustomTest` does not end with `Action`";
    check("const_name_lacks_suffix", &[(words, "NAME")]);
}

#[test]
fn a_constant_by_its_path_is_underlined_as_a_whole() {
    let words = "action name `custom_test_action` does not end with `Action`";
    check("const_name_by_path", &[(words, "names::CUSTOM")]);
}

#[test]
fn a_text_put_together_reads_as_an_event() {
    let words = "action name `StartEngineAction` starts with `Start`, `Stop` or `Change`: Colang reads it as an event";
    check(
        "const_name_reads_as_event",
        &[(words, r#"concat!("Start", "EngineAction")"#)],
    );
}

#[test]
fn a_constant_on_a_method() {
    check(
        "const_name_of_a_method",
        &[(
            "the action name `Action` has nothing before the suffix",
            "NAME",
        )],
    );
}

#[test]
fn a_constant_that_is_no_text() {
    check("const_name_is_no_text", &[("mismatched types", "NAME")]);
}

#[test]
fn a_constant_that_is_not_there() {
    check(
        "const_name_is_not_found",
        &[("cannot find value `NAME`", "NAME")],
    );
}

#[test]
fn one_name_for_two_functions_of_a_module() {
    let words = "the name `__action_CustomTestAction` is defined multiple times";
    check(
        "name_twice_in_a_module",
        &[(words, r#""CustomTestAction""#)],
    );
}

#[test]
fn one_name_derived_from_two_functions() {
    let words = "the name `__action_CustomTestAction` is defined multiple times";
    check("name_derived_twice", &[(words, "custom_test_action")]);
}

#[test]
fn one_name_for_a_function_and_a_method() {
    let words = "the name `__action_CustomTestAction` is defined multiple times";
    check(
        "name_twice_with_a_method",
        &[(words, r#""CustomTestAction""#)],
    );
}

#[test]
fn a_function_twice_has_its_name_twice() {
    let function = (
        "the name `custom_test` is defined multiple times",
        "async fn custom_test()",
    );
    let action = (
        "the name `__action_CustomTestAction` is defined multiple times",
        "custom_test",
    );
    check("function_twice", &[function, action]);
}
