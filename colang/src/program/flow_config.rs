//! A flow as it is run: parameters, decorators and elements. Immutable and shared.

use super::awaited::Awaited;
use super::element::{Element, Placed, Position};
use super::names::Name;
use super::role::Role;
use crate::expr::Expr;
use crate::map::{HashSet, IndexMap};
use crate::value::{Fields, Value};

/// A parameter or return member, with its default.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name, without `$`.
    pub name: Name,
    /// The default; evaluated without any variables.
    pub default: Option<Expr>,
}

/// The interaction loop of a flow's instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopKind {
    /// In the loop of the flow that starts them.
    Parent,
    /// Each in a loop of its own.
    New,
    /// In the loop with this name.
    Named(Name),
}

/// A flow, lowered.
#[derive(Debug, Clone, Default)]
pub struct FlowConfig {
    /// The name of the flow.
    pub id: Name,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The return members, in order.
    pub return_members: Vec<Parameter>,
    /// Decorators and their arguments; positional ones are called `$0`, `$1` and so on.
    pub decorators: IndexMap<Name, Fields>,
    /// Its role in the rules about rails.
    pub role: Option<Role>,
    /// The elements.
    pub elements: Vec<Placed>,
    /// The variables that elements of this flow may set while a head waits.
    pub assigned: HashSet<Name>,
    /// The positions of the waits that it comes to first.
    pub(crate) first_waits: Vec<Position>,
    /// The text of the first doc string.
    pub doc_string: Option<Name>,
    /// What the flow waits for, if it does nothing else: `user said "hi" or user said "hello"`. Any one of them is enough.
    pub waits_for: Vec<Awaited>,
    /// The source of the flow.
    pub source: Name,
    /// The file that defines it.
    pub file: Name,
    /// The string templates in `@meta`, by tag.
    pub meta_templates: IndexMap<Name, Expr>,
    /// A number that changes whenever the lowered flow does.
    pub fingerprint: u64,
}

impl FlowConfig {
    /// The element at a position; none past the end.
    pub fn element(&self, position: Position) -> Option<&Element> {
        self.elements.get(position).map(|placed| &placed.element)
    }

    /// The line, counted from 1, of the element at a position.
    pub fn line(&self, position: Position) -> Option<u32> {
        self.elements.get(position).map(|placed| placed.line)
    }

    /// The interaction loop that its instances live in.
    pub fn loop_kind(&self) -> LoopKind {
        match self.decorator("loop", "id", "$0") {
            Some(Value::Str(name)) if &**name == "NEW" => LoopKind::New,
            Some(Value::Str(name)) => LoopKind::Named(name.clone()),
            _ => LoopKind::Parent,
        }
    }

    /// The priority of its interaction loop. Loops with a higher priority see an event first.
    pub fn loop_priority(&self) -> i64 {
        match self.decorator("loop", "priority", "$1") {
            Some(Value::Int(priority)) => *priority,
            _ => 0,
        }
    }

    /// Whether an instance is activated before `main` starts.
    pub fn is_active(&self) -> bool {
        self.decorators.contains_key("active")
    }

    /// Whether it replaces a flow of the same name.
    pub fn is_override(&self) -> bool {
        self.decorators.contains_key("override")
    }

    /// The argument of `@meta` with this name.
    pub fn meta(&self, tag: &str) -> Option<&Value> {
        self.decorators.get("meta")?.get(tag)
    }

    fn decorator(&self, decorator: &str, key: &str, position: &str) -> Option<&Value> {
        let arguments = self.decorators.get(decorator)?;
        arguments.get(key).or_else(|| arguments.get(position))
    }
}
