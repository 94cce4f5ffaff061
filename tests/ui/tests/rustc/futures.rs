//! Futures that are not `Send`.

use crate::{check, check_notes};

#[test]
fn one_that_cannot_change_threads_is_told_at_the_functions_name() {
    let case = "future_is_not_send";
    check(
        case,
        &[(
            "future cannot be sent between threads safely",
            "custom_test",
        )],
    );
    let function = "future returned by `custom_test` is not `Send`";
    check_notes(
        case,
        &[
            function,
            "await occurs here, with `shared` maybe used later",
        ],
    );
}

#[test]
fn one_of_a_method_is_told_at_the_methods_name() {
    check(
        "future_of_a_method_is_not_send",
        &[("future cannot be sent between threads safely", "incr")],
    );
}
