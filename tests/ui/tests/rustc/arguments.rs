//! Arguments, context variables and resources with types that are not allowed.

use crate::{check, check_notes};

#[test]
fn what_serde_cannot_read() {
    let case = "argument_is_not_deserialize";
    check(
        case,
        &[("`NotDe` cannot be used as an action parameter", "NotDe")],
    );
    let derive = "for an argument of the call derive `serde::Deserialize` on `NotDe`";
    let resource = "for something the host offers take `Res<NotDe>`";
    check_notes(
        case,
        &[
            "not an argument, a special parameter or a resource",
            derive,
            resource,
        ],
    );
}

#[test]
fn a_list_of_what_serde_cannot_read_names_the_element() {
    let case = "argument_list_is_not_deserialize";
    check(
        case,
        &[(
            "`NotDe: serde::Deserialize<'de>` is not satisfied",
            "Vec<NotDe>",
        )],
    );
    check_notes(
        case,
        &["`#[derive(serde::Deserialize)]` to your `NotDe` type"],
    );
}

#[test]
fn what_serde_cannot_read_with_a_default() {
    let words = "`NotDe` cannot be used as an action parameter";
    check(
        "argument_with_default_is_not_deserialize",
        &[(words, "NotDe")],
    );
}

#[test]
fn a_shared_value_of_the_host() {
    let case = "argument_is_shared";
    check(
        case,
        &[("`Arc<Db>` cannot be used as an action parameter", "Arc<Db>")],
    );
    check_notes(case, &["comes as `Res<T>`, not as `&T` or `Arc<T>`"]);
}

#[test]
fn a_context_variable_that_serde_cannot_read() {
    let words = "`NotDe: serde::Deserialize<'de>` is not satisfied";
    check("context_variable_is_not_deserialize", &[(words, "NotDe")]);
}

#[test]
fn a_rest_that_serde_cannot_read() {
    check(
        "rest_is_not_deserialize",
        &[("`NotDe: serde::Deserialize<'de>` is not satisfied", "NotDe")],
    );
}

#[test]
fn a_default_of_another_type() {
    check(
        "default_of_another_type",
        &[("expected `i64`, found `&str`", r#""ten""#)],
    );
}

#[test]
fn a_default_of_a_type_without_one() {
    check(
        "default_without_default",
        &[(
            "the trait bound `Level: Default` is not satisfied",
            "default",
        )],
    );
}

#[test]
fn a_default_that_is_not_there() {
    check(
        "default_is_not_found",
        &[("cannot find value `TEN`", "TEN")],
    );
}

/// Two errors: the type, and the future that contains it. The compiler always reports both.
#[test]
fn a_resource_that_calls_cannot_share() {
    let case = "resource_is_not_sync";
    let parameter = (
        "`action_sdk::Res<Db>` cannot be used as an action parameter",
        "Res<Db>",
    );
    let future = (
        "future cannot be sent between threads safely",
        "custom_test",
    );
    check(case, &[parameter, future]);
    check_notes(case, &["what a host offers must be `Send` and `Sync`"]);
}

/// Two errors: the value, and the future that borrows it. The compiler always reports both.
#[test]
fn a_receiver_that_calls_cannot_share() {
    let receiver = (
        "`Cell<i64>` cannot be shared between threads safely",
        "self",
    );
    let future = ("future cannot be sent between threads safely", "incr");
    check("receiver_is_not_sync", &[receiver, future]);
}
