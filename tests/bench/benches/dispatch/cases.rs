//! One action called in every way, compared with the bare function and with other SDKs. Also used by `budgets`.

use action_sdk::prelude::*;
use bench::{ANSWER, ARGUMENTS, REGISTERED, Suite, peers};
use serde_json::{Map, Value};
use std::hint::black_box;
use std::time::Duration;

/// Greets.
#[action]
async fn greet(a: i64, b: String) -> String {
    format!("{b} {a}")
}

/// Greets, with a text that is borrowed from the call.
#[action]
async fn greet_borrowed(a: i64, b: &str) -> String {
    format!("{b} {a}")
}

/// Greets always the same.
#[action]
async fn greet_the_same() -> String {
    ANSWER.to_owned()
}

/// Greets before it is too late.
#[action(timeout = "10s")]
async fn greet_in_time(a: i64, b: String) -> String {
    format!("{b} {a}")
}

/// Greets from a thread.
#[action(blocking)]
#[expect(clippy::needless_pass_by_value, reason = "compared with the others")]
fn greet_from_a_thread(a: i64, b: String) -> String {
    format!("{b} {a}")
}

bench::fillers!([a b c d e f g h i] [a b c d e f g h i j]);
bench::fillers!([j] [a b c d e]);

type Outcome = Result<ActionResult, ActionError>;

/// Cases that every SDK has.
pub(crate) fn suite() -> Suite {
    let dispatcher = built(ActionDispatcher::builder());
    assert_eq!(dispatcher.actions().count(), REGISTERED);
    let mut suite = Suite::new();
    add_direct(&mut suite);
    add_ways_to_call(&mut suite, &dispatcher);
    peers::add_to(&mut suite);
    add_shapes(&mut suite, &dispatcher);
    add_hooked(&mut suite);
    add_events(&mut suite, &dispatcher);
    suite
}

fn built(builder: action_sdk::ActionDispatcherBuilder) -> ActionDispatcher {
    builder.build().expect("names differ and nothing is needed")
}

#[derive(serde::Deserialize)]
struct Arguments {
    a: i64,
    b: String,
}

/// The bare function, without and with JSON around it.
fn add_direct(suite: &mut Suite) {
    suite.add(
        "direct",
        |text: &String| text == ANSWER,
        async || greet(black_box(5), black_box("hello").to_owned()).await,
    );
    suite.add(
        "direct/text",
        |text: &String| text.contains(ANSWER),
        async || {
            let Arguments { a, b } = serde_json::from_str(black_box(ARGUMENTS)).expect("they fit");
            serde_json::to_string(&greet(a, b).await).expect("texts can be written")
        },
    );
    suite.add(
        "direct/text, by value",
        |text: &String| text.contains(ANSWER),
        async || {
            let arguments: Value = serde_json::from_str(black_box(ARGUMENTS)).expect("it is JSON");
            let Arguments { a, b } = serde_json::from_value(arguments).expect("they fit");
            let answer = Value::from(greet(a, b).await);
            serde_json::to_string(&answer).expect("texts can be written")
        },
    );
}

/// The same action with arguments from literals, from a map, from a JSON string.
fn add_ways_to_call(suite: &mut Suite, dispatcher: &ActionDispatcher) {
    add_call(suite, "call/literals", dispatcher, "GreetAction", literals);
    let cloned = dispatcher.clone();
    suite.add_prepared("call/map", answers, map, async move |map| {
        let invocation = Invocation::new().args(map);
        cloned.call(black_box("GreetAction"), invocation).await
    });
    let cloned = dispatcher.clone();
    suite.add("call/text", says, async move || {
        let invocation = Invocation::new().args(map());
        let outcome = cloned.call(black_box("GreetAction"), invocation).await;
        outcome.map(|result| serde_json::to_string(&result.return_value))
    });
}

/// Other actions.
fn add_shapes(suite: &mut Suite, dispatcher: &ActionDispatcher) {
    let mut add = |name: &str, action, invocation| {
        add_call(suite, name, dispatcher, action, invocation);
    };
    add(
        "shape/no argument",
        "GreetTheSameAction",
        Invocation::new as fn() -> _,
    );
    add("shape/borrowed text", "GreetBorrowedAction", literals);
    add("shape/timeout", "GreetInTimeAction", literals);
    add("shape/blocking", "GreetFromAThreadAction", literals);
}

fn add_hooked(suite: &mut Suite) {
    let hook = |_: &Call, outcome: Result<&ActionResult, &ActionError>, elapsed: Duration| {
        black_box((outcome.is_ok(), elapsed));
    };
    let dispatcher = built(ActionDispatcher::builder().after(hook));
    add_call(suite, "shape/hook", &dispatcher, "GreetAction", literals);
}

/// From a `Start…Action` event to its `…ActionFinished`.
fn add_events(suite: &mut Suite, dispatcher: &ActionDispatcher) {
    let text = r#"{"type": "StartGreetAction", "uid": "u1", "event_created_at": "2026-01-01T00:00:00+00:00",
        "source_uid": "bench", "a": 5, "b": "hello", "action_uid": "a1"}"#;
    let start = read_start(text);
    let (cloned, scope) = (dispatcher.clone(), CallScope::new());
    let right = |event: &Event| {
        event
            .value("return_value")
            .is_some_and(|value| value == ANSWER)
    };
    suite.add("run/event", right, async move || {
        cloned.run(black_box(&start), black_box(&scope)).await
    });
    let (cloned, scope) = (dispatcher.clone(), CallScope::new());
    suite.add(
        "run/text",
        |text: &String| text.contains(ANSWER),
        async move || {
            let start = read_start(black_box(text));
            cloned.run(&start, black_box(&scope)).await.to_string()
        },
    );
}

fn read_start(text: &str) -> ActionStart {
    let event = Event::parse(text).expect("it is an event");
    ActionStart::try_from(event).expect("it starts an action")
}

fn add_call(
    suite: &mut Suite,
    name: &str,
    dispatcher: &ActionDispatcher,
    action: &'static str,
    invocation: fn() -> Invocation,
) {
    let dispatcher = dispatcher.clone();
    suite.add(name, answers, async move || {
        dispatcher.call(black_box(action), invocation()).await
    });
}

fn literals() -> Invocation {
    Invocation::new()
        .arg("a", black_box(5))
        .arg("b", black_box("hello"))
}

fn map() -> Map<String, Value> {
    serde_json::from_str(black_box(ARGUMENTS)).expect("it is an object")
}

fn answers(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(result) if result.return_value == ANSWER)
}

fn says(outcome: &Result<serde_json::Result<String>, ActionError>) -> bool {
    matches!(outcome, Ok(Ok(text)) if text.contains(ANSWER))
}
