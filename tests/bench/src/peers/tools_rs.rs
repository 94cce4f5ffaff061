//! tools-rs, which also finds its tools through `inventory` and takes arguments from the signature.
//!
//! `FunctionCall::new` generates a random id. The cases that do not measure this skip it, which favours tools-rs.

use crate::{ANSWER, ARGUMENTS, REGISTERED, Suite};
use serde_json::{Value, json};
use std::hint::black_box;
use std::rc::Rc;
use tools_rs::{FunctionCall, FunctionResponse, ToolCollection, ToolError, collect_tools, tool};

#[tool]
/// Greets.
async fn greet(a: i64, b: String) -> String {
    format!("{b} {a}")
}

type Outcome = Result<FunctionResponse, ToolError>;

pub(super) fn add_to(suite: &mut Suite) {
    let tools = Rc::new(tools());

    let shared = Rc::clone(&tools);
    suite.add("tools-rs/literals", answers, async move || {
        let request = FunctionCall::new(black_box("greet").to_owned(), literals());
        shared.call(request).await
    });
    let shared = Rc::clone(&tools);
    suite.add("tools-rs/literals, without id", answers, async move || {
        shared.call(without_id(literals())).await
    });
    let shared = Rc::clone(&tools);
    suite.add_prepared("tools-rs/map", answers, map, async move |map| {
        shared.call(without_id(map)).await
    });
    suite.add("tools-rs/text", says, async move || {
        let outcome = tools.call(without_id(map())).await;
        outcome.map(|response| serde_json::to_string(&response.result))
    });
}

fn literals() -> Value {
    json!({"a": black_box(5), "b": black_box("hello")})
}

fn map() -> Value {
    serde_json::from_str(black_box(ARGUMENTS)).expect("it is JSON")
}

fn without_id(arguments: Value) -> FunctionCall {
    FunctionCall {
        id: None,
        name: black_box("greet").to_owned(),
        arguments,
    }
}

fn answers(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(response) if response.result == ANSWER)
}

fn says(outcome: &Result<serde_json::Result<String>, ToolError>) -> bool {
    matches!(outcome, Ok(Ok(text)) if text.contains(ANSWER))
}

fn tools() -> ToolCollection {
    let mut tools = collect_tools();
    let code = |arguments: Value| -> futures_core::future::BoxFuture<'static, _> {
        Box::pin(async move { Ok(arguments) })
    };
    for index in 1..REGISTERED {
        let name = format!("filler_{index}").leak();
        tools
            .register_raw(name, "Greets.", json!({}), code, ())
            .expect("the name is new");
    }
    tools
}
