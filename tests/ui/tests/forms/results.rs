//! What an action may return.

use crate::{block_on, call, check, check_error, none};
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, RasaEvent};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt;
use std::io;

#[derive(Serialize)]
struct Point {
    x: i64,
}

#[action]
async fn returns_unit() -> () {}

#[action]
async fn returns_struct() -> Point {
    Point { x: 1 }
}

#[action]
async fn returns_opaque() -> impl Serialize {
    [1, 2]
}

#[action]
async fn returns_tuple() -> (i64, &'static str) {
    (1, "b")
}

#[action]
async fn returns_lent(text: &str) -> &str {
    text.trim()
}

#[test]
fn values() {
    check("ReturnsUnitAction", none(), Value::Null);
    check("ReturnsStructAction", none(), json!({"x": 1}));
    check("ReturnsOpaqueAction", none(), json!([1, 2]));
    check("ReturnsTupleAction", none(), json!([1, "b"]));
    check("ReturnsLentAction", json!({"text": " x "}), json!("x"));
}

#[action]
async fn returns_option(found: bool) -> Option<i64> {
    found.then_some(1)
}

#[test]
fn an_option() {
    check("ReturnsOptionAction", json!({"found": true}), json!(1));
    check("ReturnsOptionAction", json!({"found": false}), Value::Null);
}

#[action]
async fn returns_result(value: i64) -> Result<i64, String> {
    if value < 0 {
        Err(format!("{value} is too small"))
    } else {
        Ok(value)
    }
}

#[test]
fn a_result() {
    check("ReturnsResultAction", json!({"value": 1}), json!(1));
    let error = call("ReturnsResultAction", Invocation::new().arg("value", -1))
        .expect_err("it is too small");
    assert_eq!(
        (error.kind(), error.message()),
        (ActionErrorKind::Failed, "-1 is too small")
    );
}

#[action]
async fn returns_static_error() -> Result<i64, &'static str> {
    Err("static")
}

#[action]
async fn returns_boxed_error() -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    Ok("x".parse::<i64>()?)
}

#[action]
async fn returns_anyhow_error() -> anyhow::Result<i64> {
    use anyhow::Context as _;
    "x".parse::<i64>().context("no number")
}

#[action]
async fn returns_io_error() -> io::Result<i64> {
    Err(io::Error::other("disk"))
}

#[derive(Debug)]
struct OwnError;

impl fmt::Display for OwnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("own")
    }
}

#[action]
async fn returns_own_error() -> Result<(), OwnError> {
    Err(OwnError)
}

#[action]
async fn returns_action_error() -> Result<(), ActionError> {
    Err(ActionError::rejected("not me"))
}

#[test]
fn errors() {
    check_error("ReturnsStaticErrorAction", "static");
    check_error("ReturnsBoxedErrorAction", "invalid digit found in string");
    check_error(
        "ReturnsAnyhowErrorAction",
        "no number: invalid digit found in string",
    );
    check_error("ReturnsIoErrorAction", "disk");
    check_error("ReturnsOwnErrorAction", "own");
    check_error("ReturnsActionErrorAction", "not me");
}

type Short<T> = Result<T, OwnError>;
type Swapped<E, T> = Result<T, E>;
type Hidden = Result<i64, OwnError>;

#[action]
async fn returns_alias() -> Short<i64> {
    Ok(1)
}

#[action]
async fn returns_swapped_alias() -> Swapped<OwnError, i64> {
    Ok(2)
}

#[action]
async fn returns_hidden_alias() -> Hidden {
    Err(OwnError)
}

#[test]
fn aliases_of_result_are_results() {
    check("ReturnsAliasAction", none(), json!(1));
    check("ReturnsSwappedAliasAction", none(), json!(2));
    check_error("ReturnsHiddenAliasAction", "own");
}

/// A type that only looks like a `Result`.
#[derive(Serialize)]
struct TestResult<T> {
    passed: T,
}

#[action]
async fn returns_look_alike() -> TestResult<bool> {
    TestResult { passed: true }
}

#[action]
async fn returns_nested_result() -> Result<Result<i64, String>, OwnError> {
    Ok(Err("inner".to_owned()))
}

#[test]
fn only_the_outermost_result_is_one() {
    check("ReturnsLookAlikeAction", none(), json!({"passed": true}));
    check("ReturnsNestedResultAction", none(), json!({"Err": "inner"}));
}

#[action]
async fn returns_action_result() -> ActionResult {
    ActionResult::value(1).with_context_update("seen", true)
}

#[action]
async fn returns_action_result_in_result() -> Result<ActionResult, OwnError> {
    Ok(ActionResult::value(1).with_event(Event::new("Seen")))
}

#[test]
fn a_whole_result() {
    let result = call("ReturnsActionResultAction", Invocation::new()).expect("it succeeds");
    assert_eq!(result.context_updates()["seen"], true);
    let result = call("ReturnsActionResultInResultAction", Invocation::new()).expect("it succeeds");
    assert_eq!(result.events()[0].name(), "Seen");
}

#[action]
async fn returns_rasa_events() -> Events {
    RasaEvent::slot_set("seen", true).into()
}

#[action]
async fn returns_rasa_events_in_result() -> Result<Events, OwnError> {
    Ok(Events::new())
}

#[test]
fn rasa_events() {
    let result = call("ReturnsRasaEventsAction", Invocation::new()).expect("it succeeds");
    assert_eq!(result.rasa_events().map(Events::len), Some(1));
    check("ReturnsRasaEventsInResultAction", none(), json!([]));
}

#[action]
#[must_use]
async fn returns_after_a_wait() -> i64 {
    tokio::task::yield_now().await;
    7
}

#[test]
fn after_a_wait() {
    check("ReturnsAfterAWaitAction", none(), json!(7));
    assert_eq!(block_on(returns_after_a_wait()), 7);
}

#[action(blocking)]
fn blocking_value(text: &str) -> Option<&str> {
    text.strip_prefix("x")
}

#[action(blocking)]
fn blocking_result() -> Result<ActionResult, OwnError> {
    Err(OwnError)
}

#[action(blocking)]
fn blocking_unit() {}

#[test]
fn plain_functions() {
    check("BlockingValueAction", json!({"text": "xy"}), json!("y"));
    check_error("BlockingResultAction", "own");
    check("BlockingUnitAction", none(), Value::Null);
}
