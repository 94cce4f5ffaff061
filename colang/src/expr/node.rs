//! Compiled expressions: names resolved to functions, methods and slots, constants folded.

use std::sync::{Arc, Mutex, PoisonError};

use super::function::Function;
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, CompareOp, ComprehensionKind, UnaryOp};
use crate::value::{Regex, Spend, Value, ValueError};

#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

impl Node {
    /// Whether evaluating it twice has no visible effect: it contains no calls.
    pub(super) fn is_steady(&self) -> bool {
        match &self.kind {
            Kind::Constant(_) | Kind::Var(_) => true,
            Kind::Attribute(object, _) => object.is_steady(),
            Kind::Format(parts) => parts.iter().all(|part| match part {
                Part::Text(_) => true,
                Part::Value(value) => value.is_steady(),
            }),
            Kind::Unary(_, value) => value.is_steady(),
            Kind::Binary(_, left, right) => left.is_steady() && right.is_steady(),
            Kind::Local(_)
            | Kind::Undefined(_)
            | Kind::Index(..)
            | Kind::Call(_)
            | Kind::Method(_)
            | Kind::Compare(..)
            | Kind::And(_)
            | Kind::Or(_)
            | Kind::Conditional(_)
            | Kind::List(_)
            | Kind::Set(_)
            | Kind::Tuple(_)
            | Kind::Dict(_)
            | Kind::Comprehension(_) => false,
        }
    }
}

#[derive(Debug)]
pub(super) enum Kind {
    Constant(Value),
    Var(Arc<str>),
    /// A variable of a comprehension, by its index among the current ones.
    Local(usize),
    Undefined(Arc<str>),
    Format(Vec<Part>),
    Attribute(Box<Node>, Arc<str>),
    Index(Box<Node>, Box<Subscript>),
    Call(Call),
    Method(Method),
    Unary(UnaryOp, Box<Node>),
    Binary(BinaryOp, Box<Node>, Box<Node>),
    Compare(Box<Node>, Vec<(CompareOp, Node)>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Conditional(Box<Conditional>),
    List(Vec<Node>),
    Set(Vec<Node>),
    Tuple(Vec<Node>),
    Dict(Vec<Entry>),
    Comprehension(Box<Comprehension>),
}

#[derive(Debug)]
pub(super) enum Part {
    Text(Arc<str>),
    Value(Node),
}

#[derive(Debug)]
pub(super) enum Subscript {
    Index(Node),
    Slice {
        lower: Option<Node>,
        upper: Option<Node>,
        step: Option<Node>,
    },
    Tuple(Vec<Subscript>),
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) function: Result<Function, Arc<str>>,
    pub(super) arguments: Vec<Argument>,
    /// The last compiled regular expression, for functions that take one.
    pub(super) last_pattern: Mutex<Option<Regex>>,
}

impl Call {
    /// Compiles a pattern, unless it is the last one compiled.
    pub(super) fn regex(&self, pattern: &str, spend: Spend<'_>) -> Result<Regex, ValueError> {
        let mut last = self
            .last_pattern
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(regex) = last.as_ref().filter(|regex| regex.pattern() == pattern) {
            return Ok(regex.clone());
        }
        spend(Regex::compiling(pattern))?;
        let regex = Regex::new(pattern)?;
        *last = Some(regex.clone());
        Ok(regex)
    }
}

#[derive(Debug)]
pub(super) struct Method {
    pub(super) object: Box<Node>,
    pub(super) name: Arc<str>,
    /// Whether it changes the object.
    pub(super) changes: bool,
    pub(super) arguments: Vec<Argument>,
}

#[derive(Debug)]
pub(super) struct Argument {
    pub(super) kind: ArgumentKind,
    pub(super) value: Node,
}

#[derive(Debug)]
pub(super) enum ArgumentKind {
    Positional,
    Named(Arc<str>),
    Star,
    DoubleStar,
}

#[derive(Debug)]
pub(super) struct Conditional {
    pub(super) test: Node,
    pub(super) then: Node,
    pub(super) otherwise: Node,
}

#[derive(Debug)]
pub(super) enum Entry {
    Pair(Node, Node),
    Spread(Node),
}

#[derive(Debug)]
pub(super) struct Comprehension {
    pub(super) kind: ComprehensionKind,
    pub(super) element: Node,
    pub(super) value: Option<Node>,
    pub(super) clauses: Vec<Clause>,
}

#[derive(Debug)]
pub(super) struct Clause {
    /// How many names are bound; more than one means unpacking.
    pub(super) names: usize,
    pub(super) iterable: Node,
    pub(super) conditions: Vec<Node>,
}
