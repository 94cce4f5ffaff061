//! Building an invocation: by hand, from JSON objects of different sizes, from an event.

use action_sdk::prelude::*;
use bench::Suite;
use serde_json::{Map, Value};
use std::hint::black_box;

fn main() {
    let mut suite = Suite::new();
    suite.add(
        "two arguments",
        |made| holds(made, 2),
        async || {
            Invocation::new()
                .arg("a", black_box(5))
                .arg("b", black_box("hello"))
        },
    );
    for members in [2, 10, 100] {
        let map = object(members);
        suite.add_prepared(
            &format!("map of {members}"),
            |made| holds(made, members),
            move || map.clone(),
            async |map| Invocation::new().args(map),
        );
    }
    let event = start_event();
    suite.add_prepared(
        "start event",
        |made| holds(made, 2),
        move || event.clone(),
        async |event| {
            let start = ActionStart::try_from(event).expect("it starts an action");
            Invocation::new().args(start.arguments())
        },
    );
    suite.run("invocation");
}

fn object(members: usize) -> Map<String, Value> {
    let member = |index| (format!("argument_{index}"), Value::from("hello"));
    (0..members).map(member).collect()
}

fn start_event() -> Event {
    Event::new("StartGreetAction")
        .with("uid", "u1")
        .with("event_created_at", "2026-01-01T00:00:00+00:00")
        .with("source_uid", "bench")
        .with("a", 5)
        .with("b", "hello")
        .with("action_uid", "a1")
}

fn holds(invocation: &Invocation, arguments: usize) -> bool {
    invocation.arguments().count() == arguments
}
