//! Parameters that a service does not support, learned from its answers: later requests omit them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use action_sdk::Map;

use super::failure::Refusal;

/// Parameters that cannot be omitted without changing the meaning of a request.
const NEEDED: [&str; 8] = [
    "model",
    "messages",
    "stream",
    "tools",
    "tool_choice",
    "functions",
    "function_call",
    "response_format",
];

/// The token limit has two names.
const RENAMED: [(&str, &str); 2] = [
    ("max_tokens", "max_completion_tokens"),
    ("max_completion_tokens", "max_tokens"),
];

/// Replacements of parameters: another name, or none.
#[derive(Default)]
pub(super) struct Fits(Mutex<BTreeMap<String, Option<&'static str>>>);

impl Fits {
    /// The body without unsupported parameters.
    pub(super) fn fitted(&self, body: Map) -> Map {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_empty() {
            return body;
        }
        let mut fitted = Map::new();
        for (name, value) in body {
            match known.get(&name) {
                None => {
                    fitted.insert(name, value);
                }
                Some(Some(other)) => {
                    fitted.entry(*other).or_insert(value);
                }
                Some(None) => {}
            }
        }
        fitted
    }

    /// Learns from a refusal of this body; returns whether it names a parameter that the body can do without. Each
    /// time, one more name is removed for good, so this ends.
    pub(super) fn learn(&self, model: &str, body: &Map, refusal: &Refusal) -> bool {
        let may_go = |name: &&String| !NEEDED.contains(&name.as_str());
        let refused = body.keys().filter(may_go).find(|name| refusal.is_of(name));
        let Some(name) = refused else {
            return false;
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = |other: &str| !known.contains_key(other) && !body.contains_key(other);
        let other = RENAMED.iter().find(|(from, _)| from == name);
        let other = other.map(|(_, to)| *to).filter(|other| is_free(other));
        // A refused name cannot replace another one any more.
        for fix in known.values_mut() {
            *fix = fix.filter(|to| to != name);
        }
        let is_new = known.insert(name.clone(), other) != Some(other);
        drop(known);
        if is_new {
            tell(model, name, other);
        }
        true
    }
}

fn tell(model: &str, parameter: &str, renamed: Option<&str>) {
    match renamed {
        Some(renamed) => tracing::warn!(
            model,
            parameter,
            renamed,
            "the service does not take this parameter; it is sent by its other name from now on"
        ),
        None => tracing::warn!(
            model,
            parameter,
            "the service does not take this parameter; it is left out from now on"
        ),
    }
}
