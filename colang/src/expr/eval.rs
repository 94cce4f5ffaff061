//! Evaluating: one node after the other, counting steps.

use std::sync::Arc;

use super::args::Args;
use super::builtins::{self, Function};
use super::cost;
use super::error::{At, ErrorKind, EvalError};
use super::index::{self, Key};
use super::methods;
use super::node::{
    Argument, ArgumentKind, Call, Clause, Comprehension, Conditional, Entry, Kind, Method, Node,
    Part, Subscript,
};
use super::ops;
use super::scope::{Limits, Scope};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, CompareOp, ComprehensionKind, UnaryOp};
use crate::value::{Dict, MAX_JSON_NODES, MAX_LEVELS, Set, Value, ValueError};

/// Large values take more than one step: so many bytes of text, so many parts of a list, are one more.
const TEXT_PER_STEP: usize = 64;
pub(super) const PARTS_PER_STEP: usize = 8;

pub(super) fn evaluate(
    node: &Node,
    scope: &mut dyn Scope,
    limits: &Limits,
) -> (Result<Value, EvalError>, usize) {
    let mut evaluator = Evaluator {
        scope,
        limits,
        steps: limits.steps,
        locals: Vec::new(),
    };
    let value = evaluator.node(node);
    (value, limits.steps - evaluator.steps)
}

pub(super) struct Evaluator<'a> {
    pub(super) scope: &'a mut dyn Scope,
    pub(super) limits: &'a Limits,
    /// How many steps are left.
    pub(super) steps: usize,
    pub(super) locals: Vec<Value>,
}

impl Evaluator<'_> {
    pub(super) fn node(&mut self, node: &Node) -> Result<Value, EvalError> {
        self.spend(1).at(node.span)?;
        match &node.kind {
            Kind::Constant(value) => Ok(value.clone()),
            Kind::Var(name) => Ok(self.scope.variable(name).unwrap_or_default()),
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
                // An event may hold more than an expression may make, but no more levels.
                let parts = value.weigh(MAX_LEVELS, MAX_JSON_NODES).at(span)?;
                self.spend(cost + parts / PARTS_PER_STEP).at(span)?;
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
        self.spend(cost::binary(op, &left, &right)).at(span)?;
        let result = ops::binary(op, &left, &right, self.limits.size);
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

    /// Takes steps off what is left.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), ValueError> {
        take(&mut self.steps, self.limits, steps)
    }

    /// Refuses what is too large or nested too deeply, so that nothing that walks a value later takes for ever.
    pub(super) fn weighed(&mut self, value: Value, span: Span) -> Result<Value, EvalError> {
        let work = match &value {
            Value::Str(text) => text.len() / TEXT_PER_STEP,
            other => other.weigh(MAX_LEVELS, self.limits.size).at(span)? / PARTS_PER_STEP,
        };
        self.spend(work).at(span)?;
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

    /// The first operand that is (or is not) true, else the last.
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
            let (left_plain, right_plain) = (self.plain(left), self.plain(right.clone()));
            self.spend(cost::compare(*op, &left_plain, &right_plain))
                .at(span)?;
            if !ops::compare(*op, &left_plain, &right_plain).at(span)? {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    /// Live variables as the dict they are at this moment.
    pub(super) fn plain(&mut self, value: Value) -> Value {
        match value {
            Value::Context(id) => {
                let variables = self.scope.context(id).unwrap_or_default();
                self.steps = self.steps.saturating_sub(variables.len());
                variables.into()
            }
            other => other,
        }
    }

    fn format(&mut self, parts: &[Part], span: Span) -> Result<Value, EvalError> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(node) => {
                    let value = self.node(node)?;
                    let value = self.plain(value);
                    self.spend(cost::printing(&value)).at(node.span)?;
                    text.push_str(&value.text(self.limits.size * 4).at(node.span)?);
                }
            }
            // Characters are counted only where there are more bytes than that.
            if text.len() > self.limits.size {
                self.spend(text.len() / TEXT_PER_STEP).at(span)?;
            }
            ops::text_fits(&text, self.limits.size).at(span)?;
        }
        self.weighed(text.into(), span)
    }

    pub(super) fn attribute(&self, object: &Value, name: &str) -> Result<Value, ValueError> {
        if name.starts_with('_') || name.starts_with("func_") {
            return Err(ValueError::new(format!(
                "the attribute `{name}` is not for programs"
            )));
        }
        match object {
            Value::Dict(dict) => match dict.get(name) {
                Some(value) => Ok(value.clone()),
                None if is_rail_outcome(dict) => Err(ValueError::new(format!(
                    "the outcome of a rail has no `{name}`; look at `is_blocked`, `is_transform` or `decision`"
                ))),
                None => Ok(Value::None),
            },
            Value::Context(_) => Ok(self.scope.attribute(object, name).unwrap_or_default()),
            Value::Regex(regex) if name == "pattern" => Ok(regex.pattern().into()),
            other => self.scope.attribute(other, name).ok_or_else(|| {
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
        let object = self.plain(object);
        let key = self.key(subscript)?;
        self.spend(cost::reading(&object, &key)).at(span)?;
        index::read(&object, &key).at(span)
    }

    pub(super) fn key(&mut self, subscript: &Subscript) -> Result<Key, EvalError> {
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

    fn call(&mut self, call: &Call, span: Span) -> Result<Value, EvalError> {
        let function = match &call.function {
            Ok(function) => *function,
            Err(name) => {
                return Err(EvalError::value(
                    span,
                    format!("there is no function `{name}`{}", builtins::hint(name)),
                ));
            }
        };
        let mut args = self.arguments(&call.arguments)?;
        if function.takes_pattern() {
            self.prepare_search(call, &mut args).at(span)?;
        }
        self.spend(cost::function(function, &args)).at(span)?;
        let result = builtins::call(function, args, self);
        if let (Function::FlowsInfo, Ok(told)) = (function, &result) {
            self.spend(2 * cost::whole(told)).at(span)?;
        }
        self.checked(result, span)
    }

    /// Compiles the pattern, unless it is the one compiled last.
    fn prepare_search(&mut self, call: &Call, args: &mut Args) -> Result<(), ValueError> {
        if let Some(pattern) = args.positional.first_mut()
            && let Value::Str(text) = pattern
        {
            *pattern = Value::Regex(call.regex(text, &mut |steps| self.spend(steps))?);
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, arguments: &[Argument]) -> Result<Args, EvalError> {
        let mut args = Args::default();
        for argument in arguments {
            let span = argument.value.span;
            let value = self.node(&argument.value)?;
            match &argument.kind {
                ArgumentKind::Positional => args.positional.push(value),
                ArgumentKind::Named(name) => args.named.push((name.clone(), value)),
                ArgumentKind::Star => {
                    let value = self.plain(value);
                    args.positional.extend(self.elements(&value).at(span)?);
                }
                ArgumentKind::DoubleStar => {
                    let value = self.plain(value);
                    self.spend(cost::copying(&value)).at(span)?;
                    spread(&mut args, &value).at(span)?;
                }
            }
        }
        Ok(args)
    }

    /// What going through a value yields.
    fn elements(&mut self, value: &Value) -> Result<Vec<Value>, ValueError> {
        self.spend(cost::going_through(value))?;
        ops::items(value)
    }

    fn method(&mut self, method: &Method, span: Span) -> Result<Value, EvalError> {
        if method.changes {
            return self.change(method, span);
        }
        let object = self.node(&method.object)?;
        let object = self.plain(object);
        let args = self.arguments(&method.arguments)?;
        self.spend(cost::method(&object, &method.name, &args))
            .at(span)?;
        let size = self.limits.size;
        let spend = &mut |steps| self.spend(steps);
        let result = methods::call(&object, &method.name, args, size, spend);
        // What `get` returns lay there before.
        if &*method.name == "get" {
            result.at(span)
        } else {
            self.checked(result, span)
        }
    }

    fn dict(&mut self, entries: &[Entry], span: Span) -> Result<Value, EvalError> {
        let mut dict = Dict::new();
        for entry in entries {
            match entry {
                Entry::Pair(key, value) => {
                    let (key, value) = (self.node(key)?, self.node(value)?);
                    self.spend(cost::whole(&key)).at(span)?;
                    dict.insert(key, value).at(span)?;
                }
                Entry::Spread(node) => {
                    let value = self.node(node)?;
                    match self.plain(value) {
                        Value::Dict(other) => {
                            self.spend(other.len()).at(node.span)?;
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

    fn comprehension(
        &mut self,
        comprehension: &Comprehension,
        span: Span,
    ) -> Result<Value, EvalError> {
        let mut found = Vec::new();
        let outer = self.locals.len();
        let result = self.clauses(comprehension, &comprehension.clauses, &mut found, span);
        self.locals.truncate(outer);
        result?;
        self.spend(found.len()).at(span)?;
        let value = match comprehension.kind {
            ComprehensionKind::List | ComprehensionKind::Generator => elements(found).into(),
            ComprehensionKind::Set => Set::from_values(elements(found)).at(span)?.into(),
            ComprehensionKind::Dict => {
                let mut dict = Dict::new();
                for (key, value) in found {
                    dict.insert(key, value).at(span)?;
                }
                dict.into()
            }
        };
        self.weighed(value, span)
    }

    fn clauses(
        &mut self,
        comprehension: &Comprehension,
        clauses: &[Clause],
        found: &mut Vec<(Value, Value)>,
        span: Span,
    ) -> Result<(), EvalError> {
        let Some((clause, inner)) = clauses.split_first() else {
            if found.len() >= self.limits.size {
                return Err(EvalError::value(
                    span,
                    format!("there are more than {} elements", self.limits.size),
                ));
            }
            let element = self.node(&comprehension.element)?;
            let value = self.optional(comprehension.value.as_ref())?;
            found.push((element, value));
            return Ok(());
        };
        let iterable = self.node(&clause.iterable)?;
        let iterable = self.plain(iterable);
        let items = self.elements(&iterable).at(clause.iterable.span)?;
        let outer = self.locals.len();
        for item in items {
            self.locals.truncate(outer);
            self.bind(clause, item).at(clause.iterable.span)?;
            if self.holds(&clause.conditions)? {
                self.clauses(comprehension, inner, found, span)?;
            }
        }
        self.locals.truncate(outer);
        Ok(())
    }

    fn bind(&mut self, clause: &Clause, item: Value) -> Result<(), ValueError> {
        if clause.names <= 1 {
            self.locals.push(item);
            return Ok(());
        }
        let parts = self.elements(&item)?;
        if parts.len() != clause.names {
            let (names, parts) = (clause.names, parts.len());
            return Err(ValueError::new(format!(
                "{parts} values cannot be given to {names} names"
            )));
        }
        self.locals.extend(parts);
        Ok(())
    }

    fn holds(&mut self, conditions: &[Node]) -> Result<bool, EvalError> {
        for condition in conditions {
            if !self.node(condition)?.is_true() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Takes steps off what is left.
pub(super) fn take(left: &mut usize, limits: &Limits, steps: usize) -> Result<(), ValueError> {
    match left.checked_sub(steps) {
        Some(rest) => *left = rest,
        None => {
            return Err(ValueError::new(format!(
                "the expression was given up after {} steps",
                limits.steps
            )));
        }
    }
    Ok(())
}

/// Whether it is what nemoguardrails 0.24.1 has a class for. A flow that asks such a verdict for what it does not have
/// would otherwise read it as "not blocked".
fn is_rail_outcome(dict: &Dict) -> bool {
    let mut members = ["decision", "is_blocked", "is_transform"].iter();
    members.all(|member| dict.get(member).is_some())
}

fn distinct(items: Vec<Value>) -> Result<Value, ValueError> {
    Set::from_values(items).map(Value::from)
}

fn undefined(name: &str, span: Span) -> EvalError {
    let message = format!("`{name}` is not defined; a variable is written `${name}`");
    EvalError::value(span, message)
}

fn elements(found: Vec<(Value, Value)>) -> Vec<Value> {
    found.into_iter().map(|(element, _)| element).collect()
}

fn spread(args: &mut Args, value: &Value) -> Result<(), ValueError> {
    let Value::Dict(dict) = value else {
        return Err(ValueError::new(format!(
            "`**` takes a dict, not {}",
            value.described()
        )));
    };
    for (key, value) in dict.iter() {
        let Value::Str(name) = key else {
            return Err(ValueError::new("names of arguments must be texts"));
        };
        args.named.push((Arc::clone(name), value.clone()));
    }
    Ok(())
}
