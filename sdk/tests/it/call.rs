//! Calls: values, errors, panics, arguments of every wrong type.

use super::{block_on, check, dispatcher, with_args};
use action_sdk::prelude::*;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Doubles a value.
#[action(name = "DoubleAction")]
async fn double(value: i64, limit: Option<u32>, #[arg(default = 1)] times: i64) -> i64 {
    let doubled = value.saturating_mul(2).saturating_mul(times);
    limit.map_or(doubled, |limit| doubled.min(i64::from(limit)))
}

#[action(name = "FailAction")]
async fn fail(how: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    match how {
        "text" => Err("boom".into()),
        "cause" => Err(Box::new("x".parse::<i64>().expect_err("x is no number"))),
        _ => Ok(()),
    }
}

#[action(name = "RejectAction")]
async fn reject() -> Result<(), ActionError> {
    Err(ActionError::rejected("not me"))
}

#[action(name = "PanicAction")]
async fn panic_somewhere(when: &str) {
    if when == "early" {
        panic!("early");
    }
    tokio::task::yield_now().await;
    std::panic::panic_any(42);
}

fn explode() -> i64 {
    panic!("in the default")
}

#[action(name = "ExplosiveDefaultAction")]
async fn explosive_default(#[arg(default = explode())] value: i64) -> i64 {
    value
}

#[derive(Serialize)]
struct Unwritable {
    keys: BTreeMap<(i64, i64), i64>,
}

#[action(name = "UnwritableAction")]
async fn unwritable() -> Unwritable {
    Unwritable {
        keys: BTreeMap::from([((1, 2), 3)]),
    }
}

#[action(name = "NothingAction")]
async fn nothing() {}

#[test]
fn a_value_comes_back() {
    check("DoubleAction", json!({"value": 5}), Ok(json!(10)));
}

#[test]
fn optional_arguments_may_be_missing_or_null() {
    check(
        "DoubleAction",
        json!({"value": 5, "limit": 7}),
        Ok(json!(7)),
    );
    check(
        "DoubleAction",
        json!({"value": 5, "limit": null}),
        Ok(json!(10)),
    );
}

#[test]
fn defaults_stand_in_for_missing_and_null() {
    check(
        "DoubleAction",
        json!({"value": 5, "times": 3}),
        Ok(json!(30)),
    );
    check(
        "DoubleAction",
        json!({"value": 5, "times": null}),
        Ok(json!(10)),
    );
}

#[test]
fn a_unit_is_null() {
    check("NothingAction", json!({}), Ok(json!(null)));
}

#[test]
fn an_unknown_action_is_named_with_the_nearest_known_one() {
    let text = "no action named `DubleAction` is registered; did you mean `DoubleAction`?";
    check(
        "DubleAction",
        json!({}),
        Err((ActionErrorKind::NotFound, text)),
    );
}

#[test]
fn a_missing_argument_is_named_with_its_type() {
    let text = "action `DoubleAction`: argument `value` (i64) is missing";
    check(
        "DoubleAction",
        json!({}),
        Err((ActionErrorKind::MissingArgument, text)),
    );
}

#[test]
fn a_wrong_argument_is_named_with_what_came() {
    let text = "action `DoubleAction`: argument `value` (i64) cannot be read: invalid type: string \"x\", expected i64";
    check(
        "DoubleAction",
        json!({"value": "x"}),
        Err((ActionErrorKind::InvalidArgument, text)),
    );
    let text = "action `DoubleAction`: argument `value` (i64) cannot be read: invalid type: null, expected i64";
    check(
        "DoubleAction",
        json!({"value": null}),
        Err((ActionErrorKind::InvalidArgument, text)),
    );
}

#[test]
fn the_parts_of_an_argument_error_can_be_read_one_by_one() {
    let call = dispatcher()
        .call("DoubleAction", with_args(json!({"value": [1, 2]})))
        .await_here();
    let error = call.expect_err("a list is no number");
    assert_eq!(error.action(), Some("DoubleAction"));
    assert_eq!(error.parameter(), Some("value"));
    assert_eq!(error.expected(), Some("i64"));
    assert_eq!(error.found(), Some("a list of 2"));
}

#[test]
fn an_unknown_argument_is_refused_with_the_known_ones() {
    let text = "action `DoubleAction`: unknown argument `valeu` (did you mean `value`?); it takes `value`, `limit`, `times`";
    check(
        "DoubleAction",
        json!({"value": 1, "valeu": 2}),
        Err((ActionErrorKind::UnknownArgument, text)),
    );
    let text = "action `NothingAction`: unknown argument `x`; it takes none";
    check(
        "NothingAction",
        json!({"x": 2}),
        Err((ActionErrorKind::UnknownArgument, text)),
    );
}

#[test]
fn positional_arguments_fill_the_parameters_in_order() {
    check("DoubleAction", json!({"$0": 5, "$1": 7}), Ok(json!(7)));
    check("DoubleAction", json!({"$1": 7, "$0": 5}), Ok(json!(7)));
    check("DoubleAction", json!({"$0": 5, "limit": 7}), Ok(json!(7)));
}

#[test]
fn an_argument_given_both_ways_is_refused() {
    let text = "action `DoubleAction`: argument `value` is given twice, by name and as positional argument `$0`";
    check(
        "DoubleAction",
        json!({"$0": 5, "value": 5}),
        Err((ActionErrorKind::InvalidArgument, text)),
    );
}

#[test]
fn too_many_positional_arguments_are_refused() {
    let text = "action `DoubleAction`: there is no parameter for positional argument number 4; \
                it takes `value`, `limit`, `times`";
    check(
        "DoubleAction",
        json!({"$0": 5, "$3": 1}),
        Err((ActionErrorKind::UnknownArgument, text)),
    );
}

#[test]
fn odd_dollar_names_are_unknown_arguments() {
    for name in ["$", "$x", "$-1", "$99999999999999999999999"] {
        let outcome = dispatcher()
            .call("DoubleAction", Invocation::new().arg(name, 1))
            .await_here();
        assert_eq!(
            outcome.expect_err(name).kind(),
            ActionErrorKind::UnknownArgument,
            "for {name}"
        );
    }
}

#[test]
fn huge_arguments_give_short_errors() {
    let huge = "x".repeat(10_000_000);
    let call = dispatcher()
        .call("DoubleAction", Invocation::new().arg("value", huge.clone()))
        .await_here();
    assert!(call.expect_err("a text is no number").to_string().len() < 500);
    let call = dispatcher()
        .call("DoubleAction", Invocation::new().arg(huge.clone(), 1))
        .await_here();
    assert!(
        call.expect_err("there is no such argument")
            .to_string()
            .len()
            < 500
    );
    let call = dispatcher().call(&huge, Invocation::new()).await_here();
    assert!(call.expect_err("there is no such action").to_string().len() < 500);
}

#[test]
fn errors_keep_their_text() {
    let text = "action `FailAction` failed: boom";
    check(
        "FailAction",
        json!({"how": "text"}),
        Err((ActionErrorKind::Failed, text)),
    );
}

#[test]
fn errors_keep_their_causes() {
    let error = dispatcher()
        .call("FailAction", with_args(json!({"how": "cause"})))
        .await_here()
        .expect_err("it fails");
    let source = std::error::Error::source(&error).expect("the cause is kept");
    assert_eq!(source.to_string(), "invalid digit found in string");
}

#[test]
fn a_rejection_keeps_its_kind() {
    check(
        "RejectAction",
        json!({}),
        Err((ActionErrorKind::Rejected, "action `RejectAction`: not me")),
    );
}

#[test]
fn a_panic_is_an_error_like_any_other() {
    let text = "action `PanicAction`: it panicked: early";
    check(
        "PanicAction",
        json!({"when": "early"}),
        Err((ActionErrorKind::Panicked, text)),
    );
    let text = "action `PanicAction`: it panicked: no message";
    check(
        "PanicAction",
        json!({"when": "late"}),
        Err((ActionErrorKind::Panicked, text)),
    );
    let text = "action `ExplosiveDefaultAction`: it panicked: in the default";
    check(
        "ExplosiveDefaultAction",
        json!({}),
        Err((ActionErrorKind::Panicked, text)),
    );
}

#[test]
fn a_panic_harms_no_other_call() {
    let dispatcher = dispatcher();
    let broken = block_on(dispatcher.call("PanicAction", Invocation::new().arg("when", "late")));
    assert!(broken.is_err());
    let fine = block_on(dispatcher.call("DoubleAction", Invocation::new().arg("value", 1)));
    assert_eq!(fine.expect("it doubles").return_value, 2);
}

#[test]
fn what_json_cannot_hold_is_an_error() {
    let error = dispatcher()
        .call("UnwritableAction", Invocation::new())
        .await_here()
        .expect_err("keys are no texts");
    assert_eq!(error.kind(), ActionErrorKind::Output);
    assert!(
        error
            .to_string()
            .contains("cannot be written as JSON: key must be a string"),
        "{error}"
    );
}

#[test]
fn arguments_can_be_anything_that_serde_writes() {
    let invocation = Invocation::new()
        .serialized("value", 2_u8)
        .expect("a number can be written");
    let result = dispatcher().call("DoubleAction", invocation).await_here();
    assert_eq!(result.expect("it doubles").return_value, 4);
    let error = Invocation::new()
        .serialized("value", BTreeMap::from([((1, 2), 3)]))
        .expect_err("keys are no texts");
    assert_eq!(error.parameter(), Some("value"));
}

#[test]
fn a_function_stays_a_function() {
    assert_eq!(block_on(double(5, None, 2)), 20);
}

/// Waits here and now.
pub(crate) trait AwaitHere: Future + Sized {
    /// The future's output.
    fn await_here(self) -> Self::Output {
        block_on(self)
    }
}

impl<F: Future> AwaitHere for F {}

/// Would take minutes if each name were compared with all others.
#[test]
fn many_arguments_may_join_others() {
    let many = (0..100_000).map(|place| (format!("arg{place}"), json!(place)));
    let invocation = Invocation::new().arg("arg7", "first").arg("tag", 1);
    let invocation = invocation.args(many.collect());
    assert_eq!(invocation.arguments().count(), 100_001);
    assert_eq!(invocation.argument("arg7"), Some(&json!(7)));
}

#[test]
fn positional_arguments_fill_the_places_that_are_free() {
    let invocation = Invocation::new()
        .arg("$1", "b")
        .positional("a")
        .positional("c");
    let all: Vec<_> = invocation.arguments().collect();
    assert_eq!(
        all,
        [
            ("$1", &json!("b")),
            ("$0", &json!("a")),
            ("$2", &json!("c"))
        ]
    );
}

#[test]
fn an_action_that_is_like_no_other_may_be_one_that_is_not_linked() {
    let error = block_on(super::call("ZzyzxAction", Invocation::new()));
    let text = error.expect_err("there is none").to_string();
    let part = "those of a crate that no code mentions are not linked: `link!(its_crate);`";
    assert!(text.ends_with(part), "{text}");
}
