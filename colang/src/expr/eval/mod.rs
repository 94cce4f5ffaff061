//! Evaluation: one node after the other, counting steps.

mod call;
mod change;
mod comprehension;

use super::cost;
use super::error::{At, ErrorKind, EvalError};
use super::index::{self, Key};
use super::node::{Conditional, Entry, Kind, Node, Part, Subscript};
use super::ops;
use super::scope::{Limits, Scope};
use super::world::World;
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use crate::value::{Dict, MAX_JSON_NODES, MAX_LEVELS, Set, Value, ValueError};

/// Large values cost more than one step: one more per this many bytes of a string, or parts of a list.
const TEXT_PER_STEP: usize = 64;
const PARTS_PER_STEP: usize = 8;

pub(super) fn evaluate(
    node: &Node,
    scope: &mut dyn Scope,
    limits: &Limits,
) -> (Result<Value, EvalError>, usize) {
    let mut evaluator = Evaluator {
        world: World::new(scope, limits),
        locals: Vec::new(),
    };
    let value = evaluator.node(node);
    (value, evaluator.world.steps.spent())
}

struct Evaluator<'a> {
    world: World<'a>,
    /// The variables of the enclosing comprehensions.
    locals: Vec<Value>,
}

impl Evaluator<'_> {
    fn node(&mut self, node: &Node) -> Result<Value, EvalError> {
        self.world.steps.spend(1).at(node.span)?;
        match &node.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Var(name) => Ok(self.world.scope.variable(name).unwrap_or_default()),
            Kind::Local(slot) => Ok(self.locals.get(*slot).cloned().unwrap_or_default()),
            Kind::Undefined(name) => Err(undefined(name, node.span)),
            Kind::Format(parts) => self.format(parts, node.span),
            Kind::Attribute(object, name) => self.read_attribute(object, name, node.span),
            Kind::Index(object, subscript) => self.index(object, subscript, node.span),
            Kind::Call(call) => self.call(call, node.span),
            Kind::Method(method) => self.method(method, node.span),
            Kind::Unary(op, operand) => self.unary(*op, operand, node.span),
            Kind::Binary(op, left, right) => self.binary(*op, left, right, node.span),
            Kind::Compare(first, rest) => self.compare(first, rest, node.span),
            Kind::And(operands) => self.until(operands, false),
            Kind::Or(operands) => self.until(operands, true),
            Kind::Conditional(parts) => self.conditional(parts),
            Kind::List(items) => self.items(items, |items| Ok(items.into()), node.span),
            Kind::Tuple(items) => self.items(items, |items| Ok(Value::tuple(items)), node.span),
            Kind::Set(items) => self.items(items, distinct, node.span),
            Kind::Dict(entries) => self.dict(entries, node.span),
            Kind::Comprehension(comprehension) => self.comprehension(comprehension, node.span),
        }
    }

    fn read_attribute(
        &mut self,
        object: &Node,
        name: &str,
        span: Span,
    ) -> Result<Value, EvalError> {
        let object = self.node(object)?;
        let value = self.attribute(&object, name).at(span)?;
        match cost::attribute(&object, name, &value) {
            0 => Ok(value),
            cost => {
                // An event may be larger than the result of an expression, but not deeper.
                let parts = value.weigh(MAX_LEVELS, MAX_JSON_NODES).at(span)?;
                self.world
                    .steps
                    .spend(cost + parts / PARTS_PER_STEP)
                    .at(span)?;
                Ok(value)
            }
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Node,
        right: &Node,
        span: Span,
    ) -> Result<Value, EvalError> {
        let (left, right) = (self.node(left)?, self.node(right)?);
        self.world
            .steps
            .spend(cost::binary(op, &left, &right))
            .at(span)?;
        let result = ops::binary(op, &left, &right, self.world.steps.size());
        self.checked(result, span)
    }

    fn conditional(&mut self, parts: &Conditional) -> Result<Value, EvalError> {
        if self.node(&parts.test)?.is_true() {
            self.node(&parts.then)
        } else {
            self.node(&parts.otherwise)
        }
    }

    fn items(
        &mut self,
        items: &[Node],
        collect: fn(Vec<Value>) -> Result<Value, ValueError>,
        span: Span,
    ) -> Result<Value, EvalError> {
        let items = self.nodes(items)?;
        self.checked(collect(items), span)
    }

    /// Refuses values that are too large or too deep, so that later code can walk any value quickly.
    fn weighed(&mut self, value: Value, span: Span) -> Result<Value, EvalError> {
        let work = match &value {
            Value::Str(text) => text.len() / TEXT_PER_STEP,
            other => other.weigh(MAX_LEVELS, self.world.steps.size()).at(span)? / PARTS_PER_STEP,
        };
        self.world.steps.spend(work).at(span)?;
        Ok(value)
    }

    fn checked(
        &mut self,
        result: Result<Value, ValueError>,
        span: Span,
    ) -> Result<Value, EvalError> {
        self.weighed(result.at(span)?, span)
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<Vec<Value>, EvalError> {
        nodes.iter().map(|node| self.node(node)).collect()
    }

    /// The first operand that is (or is not) true, otherwise the last one.
    fn until(&mut self, operands: &[Node], wanted: bool) -> Result<Value, EvalError> {
        let mut last = Value::None;
        for operand in operands {
            last = self.node(operand)?;
            if last.is_true() == wanted {
                break;
            }
        }
        Ok(last)
    }

    fn unary(&mut self, op: UnaryOp, operand: &Node, span: Span) -> Result<Value, EvalError> {
        let operand = self.node(operand)?;
        ops::unary(op, &operand).at(span)
    }

    fn compare(
        &mut self,
        first: &Node,
        rest: &[(CompareOp, Node)],
        span: Span,
    ) -> Result<Value, EvalError> {
        let mut left = self.node(first)?;
        for (op, right) in rest {
            if *op == CompareOp::LessGreater {
                return Err(EvalError::new(
                    ErrorKind::Value,
                    span,
                    "`<>` has no meaning; write `!=`",
                ));
            }
            let right = self.node(right)?;
            let (left_plain, right_plain) =
                (self.world.plain(left), self.world.plain(right.clone()));
            self.world
                .steps
                .spend(cost::compare(*op, &left_plain, &right_plain))
                .at(span)?;
            if !ops::compare(*op, &left_plain, &right_plain).at(span)? {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    fn format(&mut self, parts: &[Part], span: Span) -> Result<Value, EvalError> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(node) => {
                    let value = self.node(node)?;
                    let value = self.world.plain(value);
                    self.world
                        .steps
                        .spend(cost::printing(&value))
                        .at(node.span)?;
                    text.push_str(&value.text(self.world.steps.size() * 4).at(node.span)?);
                }
            }
            // Characters are only counted if there are more bytes than that.
            if text.len() > self.world.steps.size() {
                self.world
                    .steps
                    .spend(text.len() / TEXT_PER_STEP)
                    .at(span)?;
            }
            ops::text_fits(&text, self.world.steps.size()).at(span)?;
        }
        self.weighed(text.into(), span)
    }

    fn attribute(&self, object: &Value, name: &str) -> Result<Value, ValueError> {
        if name.starts_with('_') || name.starts_with("func_") {
            return Err(ValueError::new(format!(
                "the attribute `{name}` is not for programs"
            )));
        }
        match object {
            Value::Dict(dict) => Ok(dict.get(name).cloned().unwrap_or_default()),
            Value::RailOutcome(outcome) => outcome.member(name),
            Value::Context(_) => Ok(self.world.scope.attribute(object, name).unwrap_or_default()),
            Value::Regex(regex) if name == "pattern" => Ok(regex.pattern().into()),
            other => self.world.scope.attribute(other, name).ok_or_else(|| {
                ValueError::new(format!("{} has no attribute `{name}`", other.described()))
            }),
        }
    }

    fn index(
        &mut self,
        object: &Node,
        subscript: &Subscript,
        span: Span,
    ) -> Result<Value, EvalError> {
        let object = self.node(object)?;
        let object = self.world.plain(object);
        let key = self.key(subscript)?;
        self.world
            .steps
            .spend(cost::reading(&object, &key))
            .at(span)?;
        index::read(&object, &key).at(span)
    }

    fn key(&mut self, subscript: &Subscript) -> Result<Key, EvalError> {
        Ok(match subscript {
            Subscript::Index(index) => Key::Index(self.node(index)?),
            Subscript::Slice { lower, upper, step } => Key::Slice {
                lower: self.optional(lower.as_ref())?,
                upper: self.optional(upper.as_ref())?,
                step: self.optional(step.as_ref())?,
            },
            Subscript::Tuple(parts) => {
                let keys = parts
                    .iter()
                    .map(|part| self.key(part))
                    .collect::<Result<Vec<_>, _>>()?;
                Key::of_several(keys)
            }
        })
    }

    fn optional(&mut self, node: Option<&Node>) -> Result<Value, EvalError> {
        node.map_or(Ok(Value::None), |node| self.node(node))
    }

    fn dict(&mut self, entries: &[Entry], span: Span) -> Result<Value, EvalError> {
        let mut dict = Dict::new();
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let (key, value) = (self.node(key)?, self.node(value)?);
                    self.world.steps.spend(cost::whole(&key)).at(span)?;
                    dict.insert(key, value).at(span)?;
                }
                Entry::Spread(node) => {
                    let value = self.node(node)?;
                    match self.world.plain(value) {
                        Value::Dict(other) => {
                            self.world.steps.spend(other.len()).at(node.span)?;
                            dict.extend(&other);
                        }
                        other => {
                            let message = format!("`**` takes a dict, not {}", other.described());
                            return Err(EvalError::value(node.span, message));
                        }
                    }
                }
            }
        }
        self.weighed(dict.into(), span)
    }
}

fn distinct(items: Vec<Value>) -> Result<Value, ValueError> {
    Set::from_values(items).map(Value::from)
}

fn undefined(name: &str, span: Span) -> EvalError {
    let message = format!("`{name}` is not defined; a variable is written `${name}`");
    EvalError::value(span, message)
}
