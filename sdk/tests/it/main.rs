//! The SDK as its users see it: one binary, one file per topic.

mod build;
mod call;
mod depth;
mod hooks;
mod limits;
mod look_up;
mod needs;
mod panics;
mod parameters;
mod properties;
mod run;
#[cfg(feature = "schema")]
mod schemas;
mod testing;

use action_sdk::prelude::*;
use serde_json::{Value, json};

/// A dispatcher with the actions of all tests and what they need.
fn dispatcher() -> ActionDispatcher {
    host()
        .build()
        .expect("everything that the actions need is there")
}

/// The builder of [`dispatcher`].
fn host() -> action_sdk::ActionDispatcherBuilder {
    ActionDispatcher::builder()
        .resource(parameters::Db { rows: 3 })
        .resource(parameters::Counter::default())
        .resource(limits::CleanUp::default())
        .llm(action_sdk::testing::ScriptedLlm::replies(["main"]))
        .llm_task_manager(parameters::task_manager())
}

/// A call with a new dispatcher.
async fn call(name: &str, invocation: Invocation) -> Result<ActionResult, ActionError> {
    dispatcher().call(name, invocation).await
}

/// An invocation with the members of a JSON object as arguments.
fn with_args(arguments: Value) -> Invocation {
    let Value::Object(map) = arguments else {
        panic!("the arguments of a test are an object")
    };
    Invocation::new().args(map)
}

/// Calls an action and compares its value, or the kind and message of its error, with what is expected.
#[track_caller]
fn check(name: &str, arguments: Value, expected: Result<Value, (ActionErrorKind, &str)>) {
    let outcome = block_on(dispatcher().call(name, with_args(arguments)));
    let outcome = outcome.map(|result| result.return_value);
    let outcome = outcome.map_err(|error| (error.kind(), error.to_string()));
    let expected = expected.map_err(|(kind, text)| (kind, text.to_owned()));
    assert_eq!(outcome, expected, "for {name}");
}

/// Runs a future on a paused clock that advances by itself.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.expect("a runtime can be made").block_on(future)
}

#[test]
fn every_linked_action_fits() {
    action_sdk::testing::assert_registry();
    assert!(dispatcher().actions().count() > 20);
}

#[test]
fn a_dispatcher_and_its_futures_can_be_shared() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    fn sent<T: Send>(_: &T) {}
    let dispatcher = dispatcher();
    shared(&dispatcher);
    sent(&dispatcher.call("DoubleAction", Invocation::new()));
    check("DoubleAction", json!({"value": 4}), Ok(json!(8)));
}
