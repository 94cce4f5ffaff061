//! Invalid return types.

use crate::{check, check_notes};

#[track_caller]
fn check_value(case: &str, ty: &str, under: &str) {
    check(case, &[(&format!("an action cannot return `{ty}`"), under)]);
    let shapes = "return a type that implements `serde::Serialize`, an `ActionResult`, or a `Result` of one of them";
    check_notes(
        case,
        &[
            "this return type cannot be turned into an action result",
            shapes,
        ],
    );
}

#[track_caller]
fn check_error(case: &str, ty: &str, under: &str) {
    check(
        case,
        &[(
            &format!("`{ty}` cannot be used as the error type of an action"),
            under,
        )],
    );
    check_notes(
        case,
        &["derive it with `thiserror::Error`, or return `ActionError`"],
    );
}

#[test]
fn a_value_that_serde_cannot_write() {
    check_value("value_is_not_serialize", "NotSer", "NotSer");
}

#[test]
fn a_value_in_a_result() {
    check_value("value_in_result_is_not_serialize", "NotSer", "NotSer");
}

#[test]
fn a_value_in_an_alias_of_result() {
    check_value("value_in_alias_is_not_serialize", "NotSer", "NotSer");
}

#[test]
fn a_long_type_is_underlined_as_a_whole() {
    check_value(
        "value_by_path_is_not_serialize",
        "NotSer<i64>",
        "deep::er::NotSer<i64>",
    );
}

#[test]
fn a_value_in_an_option_names_the_inner_type() {
    let words = "the trait bound `NotSer: serde::Serialize` is not satisfied";
    check(
        "value_in_option_is_not_serialize",
        &[(words, "Option<NotSer>")],
    );
}

#[test]
fn a_value_of_a_method() {
    check_value("value_of_a_method_is_not_serialize", "NotSer", "NotSer");
}

#[test]
fn a_value_of_a_plain_function() {
    check_value(
        "value_of_a_blocking_fn_is_not_serialize",
        "NotSer",
        "NotSer",
    );
}

#[test]
fn an_error_that_cannot_be_shown() {
    check_error("error_has_no_display", "NoDisplay", "NoDisplay");
}

#[test]
fn a_long_error_type_is_underlined_as_a_whole() {
    check_error(
        "error_by_path_has_no_display",
        "NoDisplay<i64>",
        "deep::er::NoDisplay<i64>",
    );
}

#[test]
fn an_error_behind_an_alias_underlines_the_alias() {
    check_error(
        "error_in_alias_has_no_display",
        "NoDisplay",
        "MyResult<i64>",
    );
}

#[test]
fn an_error_of_a_plain_function() {
    check_error(
        "error_of_a_blocking_fn_has_no_display",
        "NoDisplay",
        "NoDisplay",
    );
}

#[test]
fn two_mistakes_are_told_apart() {
    let error = (
        "`NoDisplay` cannot be used as the error type of an action",
        "NoDisplay",
    );
    let value = ("an action cannot return `NotSer`", "NotSer");
    check("value_and_error_are_wrong", &[error, value]);
}
