//! What an expression sees of the world.

use std::sync::Arc;

use crate::value::{ContextId, Dict, Value};

/// The world as an expression sees it: variables, what references lead to, uids and chance.
///
/// The engine implements it for a flow; [`NoScope`] is an empty world.
pub trait Scope {
    /// The variable `$name`, or nothing if it was never set (it then reads as `None`).
    fn variable(&self, name: &str) -> Option<Value>;

    /// The variable `$name` to be changed in place, by a method such as `append`.
    fn variable_mut(&mut self, name: &str) -> Option<&mut Value>;

    /// What `object.name` reads of a flow, an action, an event or the variables behind a [`Value::Context`]; nothing if
    /// there is no such attribute.
    fn attribute(&self, object: &Value, name: &str) -> Option<Value>;

    /// The variables behind a [`Value::Context`], or nothing if they are gone.
    fn context(&self, id: ContextId) -> Option<Dict>;

    /// Sets variables behind a [`Value::Context`].
    fn update_context(&mut self, id: ContextId, entries: &Dict);

    /// What the function `flows_info` returns: for one instance, or for all if the uid is missing or unknown.
    fn flows_info(&self, uid: Option<&str>) -> Value;

    /// A fresh uid, for the function `uid`.
    fn uid(&mut self) -> Arc<str>;

    /// A number of chance, from 0 up to but not including 1.
    fn random(&mut self) -> f64;
}

/// A world without variables, flows and chance: `uid()` is empty, `rand()` is 0.
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

/// How much one evaluation may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps: one per operator, call or element gone through.
    pub steps: usize,
    /// Characters of a text, elements of a list, dict or set with all they hold.
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
