//! The environment of an expression.

use std::sync::Arc;

use crate::value::{ContextId, Dict, Value};

/// The environment of an expression: variables, the targets of references, uids and randomness.
///
/// The engine implements it for a flow; [`NoScope`] is an empty environment.
pub trait Scope {
    /// The variable `$name`, or `None` if it was never set (it then reads as `None`).
    fn variable(&self, name: &str) -> Option<Value>;

    /// The variable `$name`, mutable, for methods such as `append`.
    fn variable_mut(&mut self, name: &str) -> Option<&mut Value>;

    /// The value of `object.name` for a flow, an action, an event or the variables of a [`Value::Context`]; `None` if
    /// there is no such attribute.
    fn attribute(&self, object: &Value, name: &str) -> Option<Value>;

    /// The variables of a [`Value::Context`], or `None` if they no longer exist.
    fn context(&self, id: ContextId) -> Option<Dict>;

    /// Sets variables of a [`Value::Context`].
    fn update_context(&mut self, id: ContextId, entries: &Dict);

    /// The result of the function `flows_info`: for one instance, or for all if the uid is missing or unknown.
    fn flows_info(&self, uid: Option<&str>) -> Value;

    /// A new uid, for the function `uid`.
    fn uid(&mut self) -> Arc<str>;

    /// A random number, from 0 up to but not including 1.
    fn random(&mut self) -> f64;
}

/// An environment without variables, flows and randomness: `uid()` is empty, `rand()` is 0.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoScope;

impl Scope for NoScope {
    fn variable(&self, _name: &str) -> Option<Value> {
        None
    }

    fn variable_mut(&mut self, _name: &str) -> Option<&mut Value> {
        None
    }

    fn attribute(&self, object: &Value, name: &str) -> Option<Value> {
        if let Value::Event(event) = object {
            event.field(name)
        } else {
            None
        }
    }

    fn context(&self, _id: ContextId) -> Option<Dict> {
        None
    }

    fn update_context(&mut self, _id: ContextId, _entries: &Dict) {}

    fn flows_info(&self, _uid: Option<&str>) -> Value {
        Dict::new().into()
    }

    fn uid(&mut self) -> Arc<str> {
        Arc::default()
    }

    fn random(&mut self) -> f64 {
        0.0
    }
}

/// The limits of one evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps: one per operator, call or element visited.
    pub steps: usize,
    /// Characters of a string, or elements of a list, dict or set, including nested ones.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 1_000_000,
            size: 100_000,
        }
    }
}
