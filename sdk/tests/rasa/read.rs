//! The recorded data, and small helpers for JSON.

use std::future::Future;

use action_sdk::rasa::{Button, Chunk, Element, Message, RasaEvent, Tracker};
use serde_json::{Map, Value};

const CASES: &str = include_str!("../data/rasa/cases.json");
const TRACKERS: &str = include_str!("../data/rasa/trackers.json");
const DOMAINS: &str = include_str!("../data/rasa/domains.json");
const DISPATCHERS: &str = include_str!("../data/rasa/dispatchers.json");

/// One recorded request of the black-box suite.
pub(crate) fn case(id: &str) -> Value {
    let mut cases: Value = serde_json::from_str(CASES).expect("cases.json is JSON");
    cases
        .get_mut(id)
        .map(Value::take)
        .unwrap_or_else(|| panic!("there is no case {id}"))
}

pub(crate) fn trackers() -> Vec<Value> {
    serde_json::from_str(TRACKERS).expect("trackers.json is a list")
}

pub(crate) fn domains() -> Vec<Value> {
    serde_json::from_str(DOMAINS).expect("domains.json is a list")
}

pub(crate) fn dispatchers() -> Vec<Value> {
    serde_json::from_str(DISPATCHERS).expect("dispatchers.json is a list")
}

pub(crate) fn tracker(state: &Value) -> Tracker {
    Tracker::from_json(state.clone()).expect("the reference reads it too")
}

pub(crate) fn events(list: &Value) -> Vec<RasaEvent> {
    rows(list)
        .iter()
        .map(|event| RasaEvent::raw(event.clone()).expect("an event"))
        .collect()
}

pub(crate) fn rows(list: &Value) -> &[Value] {
    list.as_array().expect("a list")
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The same JSON with all numbers as doubles, as in protobuf's Struct.
pub(crate) fn with_doubles(value: &Value) -> Value {
    if let Some(number) = value.as_f64() {
        return number.into();
    }
    if let Some(items) = value.as_array() {
        return items.iter().map(with_doubles).collect();
    }
    if let Some(members) = value.as_object() {
        return members
            .iter()
            .map(|(name, value)| (name.clone(), with_doubles(value)))
            .collect();
    }
    value.clone()
}

/// The message of `utter_message(**arguments)` in Python.
#[allow(deprecated, reason = "the recordings use `template`")]
pub(crate) fn message(arguments: &Map<String, Value>) -> Message {
    let named = [&NAMED[..], &["template", "response"]].concat();
    given(arguments, &named).fold(Message::new(), |message, (name, value)| match name {
        "text" => message.text(text(value)),
        "image" => message.image(text(value)),
        "attachment" => message.attachment(text(value)),
        "json_message" => message.json_message(value.clone()),
        "response" => message.response(text(value)),
        "template" => message.template(text(value)),
        "buttons" => message.buttons(buttons(value)),
        "elements" => message.elements(elements(value)),
        _ => message.extra(name, value.clone()),
    })
}

/// The chunk of `stream_chunk(**arguments)` in Python.
pub(crate) fn chunk(arguments: &Map<String, Value>) -> Chunk {
    given(arguments, &NAMED).fold(Chunk::new(), |chunk, (name, value)| match name {
        "text" => chunk.text(text(value)),
        "image" => chunk.image(text(value)),
        "attachment" => chunk.attachment(text(value)),
        "json_message" => chunk.json_message(value.clone()),
        "buttons" => chunk.buttons(buttons(value)),
        "elements" => chunk.elements(elements(value)),
        _ => chunk.extra(name, value.clone()),
    })
}

pub(crate) fn buttons(list: &Value) -> Vec<Button> {
    rows(list)
        .iter()
        .map(|button| Button::from_json(button.clone()).expect("a button"))
        .collect()
}

pub(crate) fn elements(list: &Value) -> Vec<Element> {
    rows(list)
        .iter()
        .map(|element| Element::from_json(element.clone()).expect("an element"))
        .collect()
}

/// Runs a future that needs neither a clock nor threads.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Python's named arguments; a null for one of these names omits it, all others are passed unchanged.
const NAMED: [&str; 6] = [
    "text",
    "image",
    "attachment",
    "json_message",
    "buttons",
    "elements",
];

fn given<'a>(
    arguments: &'a Map<String, Value>,
    named: &[&str],
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    arguments
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .filter(|(name, value)| !value.is_null() || !named.contains(name))
}
