//! The size of things in bytes, or as JSON, for the limits of a runtime.

use std::io::{self, Write};

use colang::value::{Event as Inside, Value};
use serde::Serialize;
use serde_json::Value as Json;
use umim::Event;

/// The size of a number, a constant or a reference.
const SMALL: usize = 8;

/// The overhead of a string or a member: quotes, colon, comma.
const MARKS: usize = 4;

/// The approximate size of an event's JSON, at any depth.
pub(crate) fn of_json(event: &Event) -> usize {
    let mut bytes = 0;
    let mut left: Vec<&Json> = Vec::new();
    for (name, value) in event.as_map() {
        bytes += name.len() + MARKS;
        left.push(value);
    }
    while let Some(value) = left.pop() {
        bytes += match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => SMALL,
            Json::String(text) => text.len() + MARKS,
            Json::Array(items) => {
                left.extend(items);
                MARKS
            }
            Json::Object(members) => {
                left.extend(members.values());
                members.keys().map(|key| key.len() + MARKS).sum::<usize>() + MARKS
            }
        };
    }
    bytes
}

/// The same for an event in its internal form.
pub(crate) fn of_event(event: &Inside) -> usize {
    let arguments = event.arguments.iter();
    let arguments = arguments.map(|(name, value)| name.len() + MARKS + of_value(value));
    event.name.len() + MARKS + arguments.sum::<usize>()
}

fn of_value(value: &Value) -> usize {
    match value {
        Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Comparison(_)
        | Value::Context(_) => SMALL,
        Value::Str(text) | Value::Flow(text) | Value::Action(text) => text.len() + MARKS,
        Value::Regex(regex) => regex.pattern().len() + MARKS,
        Value::List(items) | Value::Tuple(items) => {
            MARKS + items.iter().map(of_value).sum::<usize>()
        }
        Value::Set(set) => MARKS + set.iter().map(of_value).sum::<usize>(),
        Value::Dict(dict) => {
            let members = dict.iter();
            MARKS
                + members
                    .map(|(key, value)| of_value(key) + of_value(value))
                    .sum::<usize>()
        }
        Value::RailOutcome(outcome) => {
            let members = outcome.members().iter();
            MARKS
                + members
                    .map(|(key, value)| of_value(key) + of_value(value))
                    .sum::<usize>()
        }
        Value::Event(event) => of_event(event),
    }
}

/// Counts what is written, up to a limit, beyond which writing fails.
pub(crate) struct Counter {
    pub(crate) bytes: usize,
    most: usize,
}

impl Counter {
    pub(crate) fn up_to(most: usize) -> Self {
        Self { bytes: 0, most }
    }

    /// Counts the JSON of a value; returns whether it fits.
    pub(crate) fn count(&mut self, what: &impl Serialize) -> bool {
        serde_json::to_writer(self, what).is_ok()
    }
}

impl Write for Counter {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.bytes = self.bytes.saturating_add(text.len());
        match self.bytes > self.most {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(text.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str) {
        let event = Event::parse(text).expect("an event");
        let inside = Inside::try_from(&event).expect("values");
        let (found, inside) = (of_json(&event), of_event(&inside));
        assert!(found.abs_diff(text.len()) < 40, "{found} for {text}");
        assert!(
            inside.abs_diff(found) < 20,
            "{inside} and {found} for {text}"
        );
    }

    #[test]
    fn it_is_about_the_length_of_the_text() {
        check(r#"{"type":"Ping"}"#);
        check(r#"{"type":"Ping","text":"hello","n":[1,2,{"a":null,"b":"c"}]}"#);
        check(&format!(
            r#"{{"type":"Ping","text":"{}"}}"#,
            "x".repeat(1000)
        ));
    }

    #[test]
    fn depth_does_not_matter() {
        let deep = (0..2_000).fold(Json::Null, |inner, _| vec![inner].into());
        assert!(of_json(&Event::new("Deep").with("it", deep)) > 2_000);
    }

    #[test]
    fn counting_ends_at_the_limit() {
        let mut counter = Counter::up_to(10);
        assert!(!counter.count(&"x".repeat(100)));
        assert!(counter.bytes > 10);
    }
}
