//! Mistakes that have nothing to do with actions are reported by the compiler alone, once, in the right place.

use crate::check;
use crate::harness;

#[test]
fn a_type_that_is_not_there() {
    let parameter = ("cannot find type `Missing`", "Missing");
    check(
        "type_is_not_found",
        &[parameter, ("cannot find type `Gone`", "Gone")],
    );
}

#[test]
fn a_lifetime_that_is_not_declared() {
    check(
        "lifetime_is_not_declared",
        &[("use of undeclared lifetime name `'a`", "'a")],
    );
}

#[test]
fn a_type_error_in_the_body() {
    check("body_with_type_error", &[("mismatched types", "value")]);
}

#[test]
fn an_unknown_name_in_the_body() {
    check(
        "body_with_unknown_name",
        &[("cannot find value `valu`", "valu")],
    );
}

#[test]
fn a_borrow_error_in_the_body() {
    check(
        "body_with_borrow_error",
        &[("use of moved value: `value`", "value")],
    );
}

#[test]
fn a_body_that_is_being_written() {
    check("body_half_typed", &[("unexpected token: `}`", "}")]);
}

#[test]
fn a_parameter_that_is_being_written() {
    let ours = ("`#[action]` cannot read the function from here on", ")");
    check(
        "parameter_half_typed",
        &[("expected type, found `)`", ")"), ours],
    );
}

#[test]
fn an_attribute_that_is_being_written() {
    check("attribute_half_typed", &[("`name` has no value", "name")]);
}

#[test]
fn two_parameters_of_one_name() {
    check(
        "parameters_of_one_name",
        &[("identifier `value` is bound more than once", "value")],
    );
}

#[test]
fn words_that_do_not_go_together() {
    check(
        "const_async",
        &[("functions cannot be both `const` and `async`", "const")],
    );
}

#[test]
fn a_crate_that_is_not_there() {
    check(
        "crate_is_not_found",
        &[("cannot find module or crate `nowhere`", "nowhere")],
    );
}

#[test]
fn an_associated_function_without_actions_on_its_block() {
    check(
        "action_in_an_impl_block",
        &[("cannot find function `count` in this scope", "count")],
    );
}

#[test]
fn a_provided_method_of_a_trait() {
    check(
        "action_in_a_trait",
        &[("cannot find function `count` in this scope", "count")],
    );
}

/// Two errors: the macro cannot see whether it is in an `impl` block, where only ours is reported.
#[test]
fn a_receiver_outside_of_an_impl_block() {
    let ours = ("an action cannot take `self`", "&self");
    let rustcs = (
        "`self` parameter is only allowed in associated functions",
        "&self",
    );
    check("self_in_a_free_function", &[ours, rustcs]);
}

#[test]
fn a_warning_is_told_once() {
    let Some(messages) = harness::messages("parameter_is_unused") else {
        return;
    };
    let warnings: Vec<_> = messages
        .iter()
        .map(|message| (&*message.level, &*message.under))
        .collect();
    assert_eq!(warnings, [("warning", "value")]);
}
