//! JSON that is nested too deeply: refused wherever it comes in or goes out, and never walked recursively.

use super::{block_on, dispatcher, host};
use action_sdk::ActionStartErrorKind;
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, Message, RasaEvent};
use serde_json::{Value, json};
use std::sync::Arc;

/// Lists and objects nested in each other.
fn nested(levels: usize) -> Value {
    (0..levels / 2).fold(Value::Null, |inner, _| {
        let object = Map::from_iter([("a".to_owned(), inner)]);
        Value::Array(vec![Value::Object(object)])
    })
}

const FAR: usize = 100_000;

#[action(name = "DigAction")]
async fn dig(
    #[arg(default)] value: Value,
    #[arg(context)] hole: Option<Value>,
    #[arg(rest)] rest: Map,
) -> usize {
    usize::from(!value.is_null()) + usize::from(hole.is_some()) + rest.len()
}

#[action(name = "DeepValueAction")]
async fn deep_value() -> Value {
    nested(FAR)
}

#[action(name = "DeepRasaEventAction")]
async fn deep_rasa_event() -> Events {
    RasaEvent::slot_set("hole", nested(FAR)).into()
}

#[action(name = "DeepMessageAction")]
async fn deep_message(dispatcher: &CollectingDispatcher) {
    dispatcher.utter_message(Message::new().json_message(nested(FAR)));
}

#[track_caller]
fn check(call: impl Future<Output = Result<ActionResult, ActionError>>, message: &str) {
    let error = block_on(call).expect_err("it is too deep");
    let levels = "it is nested more than 128 levels deep; give it fewer";
    assert_eq!(error.message(), format!("{message}: {levels}"));
}

#[track_caller]
fn check_argument(invocation: Invocation, name: &str) {
    let message = format!("argument `{name}` cannot be taken");
    check(dispatcher().call("DigAction", invocation), &message);
}

#[test]
fn an_argument() {
    check_argument(Invocation::new().arg("value", nested(FAR)), "value");
    check_argument(Invocation::new().positional(nested(FAR)), "$0");
    check_argument(Invocation::new().arg("more", nested(130)), "more");
    let all = Map::from_iter([("more".to_owned(), nested(FAR)), ("a".to_owned(), json!(1))]);
    check_argument(Invocation::new().args(all), "more");
    let serialized = Invocation::new().serialized("value", nested(FAR));
    assert!(serialized.is_err());
}

#[test]
fn as_deep_as_may_be() {
    let invocation = Invocation::new().arg("value", nested(128));
    let result = block_on(dispatcher().call("DigAction", invocation));
    assert_eq!(result.expect("it is not too deep").return_value, 1);
}

#[test]
fn an_argument_that_is_given_anew_counts() {
    let invocation = Invocation::new().arg("value", nested(FAR)).arg("value", 1);
    assert!(block_on(dispatcher().call("DigAction", invocation)).is_ok());
}

#[test]
fn a_context_variable() {
    let invocation = Invocation::new().context("hole", nested(1_000));
    let message = "context variable `hole` (Option<Value>) cannot be read";
    check(dispatcher().call("DigAction", invocation), message);
}

#[test]
fn a_returned_value() {
    let action = "the returned serde_json::value::Value cannot be written as JSON";
    check(
        dispatcher().call("DeepValueAction", Invocation::new()),
        action,
    );
}

#[test]
fn events_for_rasa_and_messages() {
    let event = "an event for Rasa cannot be handed on";
    check(
        dispatcher().call("DeepRasaEventAction", Invocation::new()),
        event,
    );
    let message = "a message for the user cannot be handed on";
    check(
        dispatcher().call("DeepMessageAction", Invocation::new()),
        message,
    );
}

#[track_caller]
fn check_result(result: fn() -> ActionResult, what: &str) {
    let action = ActionDescriptor::new("DeepResultAction", move |_: Arc<Call>| async move {
        Ok::<_, ActionError>(result())
    });
    let action = action.expect("the name is right");
    let dispatcher = host().register(action).build().expect("nothing is missing");
    let message = format!("{what} cannot be handed on");
    check(
        dispatcher.call("DeepResultAction", Invocation::new()),
        &message,
    );
}

#[test]
fn whatever_a_result_has_in_it() {
    check_result(|| ActionResult::value(nested(FAR)), "the return value");
    let update = || ActionResult::default().with_context_update("hole", nested(FAR));
    check_result(update, "the context update `hole`");
    let event = || ActionResult::default().with_event(Event::new("Fell").with("hole", nested(FAR)));
    check_result(event, "the event `Fell`");
}

#[test]
fn a_start_event() {
    let start = Event::new("StartDigAction").with("action_uid", "a1");
    let error = ActionStart::try_from(start.with("value", nested(1_000))).expect_err("too deep");
    assert_eq!(error.kind(), ActionStartErrorKind::TooDeep);
}
