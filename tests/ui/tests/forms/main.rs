//! Every form that the macros accept, compiled and run: one file per theme, one action per form.

#![expect(
    clippy::too_many_arguments,
    reason = "an action may take as many as it likes"
)]

mod arguments;
mod attributes;
mod conditions;
mod inside_macros;
mod methods;
mod names;
mod results;
mod shadowed;
mod special_parameters;

use action_sdk::prelude::*;
use serde_json::{Value, json};

/// Calls an action with the members of a JSON object as arguments, and compares its value with the expected one.
#[track_caller]
fn check(name: &str, arguments: Value, expected: Value) {
    let Value::Object(arguments) = arguments else {
        panic!("the arguments of a test are an object")
    };
    check_call(name, Invocation::new().args(arguments), expected);
}

#[track_caller]
fn check_call(name: &str, invocation: Invocation, expected: Value) {
    let value = call(name, invocation).map(|result| result.return_value);
    let value = value.map_err(|error| error.to_string());
    assert_eq!(value, Ok(expected), "for {name}");
}

/// Calls an action without arguments, and compares its error message with the expected one.
#[track_caller]
fn check_error(name: &str, expected: &str) {
    let error = call(name, Invocation::new()).expect_err("the action fails");
    assert_eq!(error.message(), expected, "for {name}");
}

fn call(name: &str, invocation: Invocation) -> Result<ActionResult, ActionError> {
    block_on(dispatcher().call(name, invocation))
}

fn dispatcher() -> ActionDispatcher {
    ActionDispatcher::builder()
        .resource(arguments::Db { rows: 3 })
        .resource(methods::Counter::new(40_i32))
        .resource(methods::Counter::new(-1_i64))
        .llm(action_sdk::testing::ScriptedLlm::replies(["hi"; 8]))
        .llm_task_manager(special_parameters::task_manager())
        .build()
        .expect("everything that the actions need is there")
}

/// The registry's data about an action.
#[track_caller]
fn descriptor(name: &str) -> ActionDescriptor {
    let registry = Registry::linked();
    let found = registry.iter().find(|action| action.name() == name);
    found
        .unwrap_or_else(|| panic!("{name} is not registered"))
        .clone()
}

fn is_registered(name: &str) -> bool {
    Registry::linked()
        .iter()
        .any(|action| action.name() == name)
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime
        .expect("a runtime without drivers can be built")
        .block_on(future)
}

/// No arguments.
fn none() -> Value {
    json!({})
}
