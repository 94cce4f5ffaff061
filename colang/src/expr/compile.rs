//! Compiles expressions from the syntax tree.

use std::sync::{Arc, Mutex};

use super::error::CompileError;
use super::eval;
use super::function::Function;
use super::methods;
use super::node::{
    Argument, ArgumentKind, Call, Clause, Comprehension, Conditional, Entry, Kind, Method, Node,
    Part, Subscript,
};
use super::scope::{Limits, NoScope};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind};
use crate::value::Value;

/// Compiles an expression; `locals` are the variables of the enclosing comprehensions.
pub(super) fn node(expr: &ast::Expr) -> Result<Node, CompileError> {
    Compiler { locals: Vec::new() }.node(expr)
}

struct Compiler {
    locals: Vec<String>,
}

impl Compiler {
    fn node(&mut self, expr: &ast::Expr) -> Result<Node, CompileError> {
        self.kind(expr).map(|kind| finished(kind, expr.span))
    }

    fn boxed(&mut self, expr: &ast::Expr) -> Result<Box<Node>, CompileError> {
        self.node(expr).map(Box::new)
    }

    fn optional(&mut self, expr: Option<&ast::Expr>) -> Result<Option<Node>, CompileError> {
        expr.map(|expr| self.node(expr)).transpose()
    }

    fn nodes(&mut self, exprs: &[ast::Expr]) -> Result<Vec<Node>, CompileError> {
        exprs.iter().map(|expr| self.node(expr)).collect()
    }

    /// All levels of the tree pass through this function, so its arms only call others, to use little stack.
    fn kind(&mut self, expr: &ast::Expr) -> Result<Kind, CompileError> {
        match &expr.kind {
            ExprKind::None => constant(Value::None),
            ExprKind::Bool(value) => constant((*value).into()),
            ExprKind::Int(value) => constant((*value).into()),
            ExprKind::Float(value) => constant((*value).into()),
            ExprKind::Str(text) => constant(text.as_str().into()),
            ExprKind::Var(name) => Ok(Kind::Var(name.as_str().into())),
            ExprKind::Name(name) => Ok(self.name(name)),
            ExprKind::Generate(_) => {
                refuse(expr.span, "a generated value (`...`) can only be assigned")
            }
            ExprKind::Error => refuse(expr.span, "the expression could not be read"),
            ExprKind::Format(parts) => self.parts(parts),
            ExprKind::Attribute { object, name } => self.attribute(object, &name.name),
            ExprKind::Index { object, subscript } => self.index(object, subscript),
            ExprKind::Call {
                function,
                arguments,
            } => self.call(&function.name, arguments),
            ExprKind::Method {
                object,
                name,
                arguments,
            } => self.method(object, &name.name, arguments),
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Compare { first, rest } => self.compare(first, rest),
            ExprKind::And(items) => self.several(items, Kind::And),
            ExprKind::Or(items) => self.several(items, Kind::Or),
            ExprKind::List(items) => self.several(items, Kind::List),
            ExprKind::Set(items) => self.several(items, Kind::Set),
            ExprKind::Tuple(items) => self.several(items, Kind::Tuple),
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Conditional {
                then,
                test,
                otherwise,
            } => self.conditional(then, test, otherwise),
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension),
        }
    }

    fn attribute(&mut self, object: &ast::Expr, name: &str) -> Result<Kind, CompileError> {
        Ok(Kind::Attribute(self.boxed(object)?, name.into()))
    }

    fn index(
        &mut self,
        object: &ast::Expr,
        subscript: &ast::Subscript,
    ) -> Result<Kind, CompileError> {
        let object = self.boxed(object)?;
        Ok(Kind::Index(object, Box::new(self.subscript(subscript)?)))
    }

    fn unary(&mut self, op: ast::UnaryOp, operand: &ast::Expr) -> Result<Kind, CompileError> {
        Ok(Kind::Unary(op, self.boxed(operand)?))
    }

    fn binary(
        &mut self,
        op: ast::BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Result<Kind, CompileError> {
        let (left, right) = (self.boxed(left)?, self.boxed(right)?);
        Ok(Kind::Binary(op, left, right))
    }

    fn several(
        &mut self,
        items: &[ast::Expr],
        kind: fn(Vec<Node>) -> Kind,
    ) -> Result<Kind, CompileError> {
        self.nodes(items).map(kind)
    }

    fn dict(&mut self, items: &[ast::DictItem]) -> Result<Kind, CompileError> {
        let entries: Result<_, _> = items.iter().map(|item| self.entry(item)).collect();
        entries.map(Kind::Dict)
    }

    fn parts(&mut self, parts: &[ast::FormatPart]) -> Result<Kind, CompileError> {
        let compile = |part: &ast::FormatPart| match part {
            ast::FormatPart::Text(text) => Ok(Part::Text(text.as_str().into())),
            ast::FormatPart::Expr(expr) => self.node(expr).map(Part::Value),
        };
        let parts: Result<_, _> = parts.iter().map(compile).collect();
        parts.map(Kind::Format)
    }

    fn name(&self, name: &str) -> Kind {
        match self.locals.iter().rposition(|local| local == name) {
            Some(slot) => Kind::Local(slot),
            None => Kind::Undefined(name.into()),
        }
    }

    fn subscript(&mut self, subscript: &ast::Subscript) -> Result<Subscript, CompileError> {
        Ok(match subscript {
            ast::Subscript::Index(index) => Subscript::Index(self.node(index)?),
            ast::Subscript::Slice { lower, upper, step } => Subscript::Slice {
                lower: self.optional(lower.as_deref())?,
                upper: self.optional(upper.as_deref())?,
                step: self.optional(step.as_deref())?,
            },
            ast::Subscript::Tuple(parts) => Subscript::Tuple(
                parts
                    .iter()
                    .map(|part| self.subscript(part))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }

    fn call(&mut self, name: &str, arguments: &[ast::Argument]) -> Result<Kind, CompileError> {
        let function = Function::named(name).ok_or_else(|| Arc::from(name));
        Ok(Kind::Call(Call {
            function,
            arguments: self.arguments(arguments)?,
            last_pattern: Mutex::default(),
        }))
    }

    fn method(
        &mut self,
        object: &ast::Expr,
        name: &str,
        arguments: &[ast::Argument],
    ) -> Result<Kind, CompileError> {
        Ok(Kind::Method(Method {
            object: self.boxed(object)?,
            name: name.into(),
            changes: methods::changes(name),
            arguments: self.arguments(arguments)?,
        }))
    }

    fn arguments(&mut self, arguments: &[ast::Argument]) -> Result<Vec<Argument>, CompileError> {
        let compile = |argument: &ast::Argument| {
            let kind = match &argument.kind {
                ast::ArgumentKind::Positional => ArgumentKind::Positional,
                ast::ArgumentKind::Named(name) => ArgumentKind::Named(name.name.as_str().into()),
                ast::ArgumentKind::Star => ArgumentKind::Star,
                ast::ArgumentKind::DoubleStar => ArgumentKind::DoubleStar,
            };
            Ok(Argument {
                kind,
                value: self.node(&argument.value)?,
            })
        };
        arguments.iter().map(compile).collect()
    }

    fn compare(
        &mut self,
        first: &ast::Expr,
        rest: &[(ast::CompareOp, ast::Expr)],
    ) -> Result<Kind, CompileError> {
        let first = self.boxed(first)?;
        let rest = rest
            .iter()
            .map(|(op, right)| Ok((*op, self.node(right)?)))
            .collect::<Result<_, _>>()?;
        Ok(Kind::Compare(first, rest))
    }

    fn conditional(
        &mut self,
        then: &ast::Expr,
        test: &ast::Expr,
        otherwise: &ast::Expr,
    ) -> Result<Kind, CompileError> {
        let (then, test, otherwise) = (self.node(then)?, self.node(test)?, self.node(otherwise)?);
        Ok(Kind::Conditional(Box::new(Conditional {
            test,
            then,
            otherwise,
        })))
    }

    fn entry(&mut self, item: &ast::DictItem) -> Result<Entry, CompileError> {
        Ok(match item {
            ast::DictItem::Pair(key, value) => Entry::Pair(self.node(key)?, self.node(value)?),
            ast::DictItem::Spread(dict) => Entry::Spread(self.node(dict)?),
        })
    }

    fn comprehension(&mut self, comprehension: &ast::Comprehension) -> Result<Kind, CompileError> {
        let outer = self.locals.len();
        let result = self.inner_comprehension(comprehension);
        self.locals.truncate(outer);
        result.map(|inner| Kind::Comprehension(Box::new(inner)))
    }

    fn inner_comprehension(
        &mut self,
        source: &ast::Comprehension,
    ) -> Result<Comprehension, CompileError> {
        let clauses = source
            .clauses
            .iter()
            .map(|clause| self.clause(clause))
            .collect::<Result<_, _>>()?;
        Ok(Comprehension {
            kind: source.kind,
            element: self.node(&source.element)?,
            value: self.optional(source.value.as_ref())?,
            clauses,
        })
    }

    fn clause(&mut self, clause: &ast::ForClause) -> Result<Clause, CompileError> {
        let iterable = self.node(&clause.iterable)?;
        self.locals
            .extend(clause.targets.iter().map(|target| target.name.clone()));
        Ok(Clause {
            names: clause.targets.len(),
            iterable,
            conditions: self.nodes(&clause.conditions)?,
        })
    }
}

fn finished(kind: Kind, span: Span) -> Node {
    let node = Node { kind, span };
    if is_foldable(&node.kind) {
        folded(node)
    } else {
        node
    }
}

fn constant(value: Value) -> Result<Kind, CompileError> {
    Ok(Kind::Constant(value))
}

fn refuse(span: Span, message: &str) -> Result<Kind, CompileError> {
    Err(CompileError {
        message: message.to_owned(),
        span,
    })
}

/// Whether its value is always the same: literals with their signs, `regex("…")`, and containers of these.
fn is_foldable(kind: &Kind) -> bool {
    let constant = |node: &Node| matches!(node.kind, Kind::Constant(_));
    match kind {
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.iter().all(constant),
        Kind::Unary(_, operand) => constant(operand),
        Kind::Dict(entries) => entries.iter().all(|entry| match entry {
            Entry::Pair(key, value) => constant(key) && constant(value),
            Entry::Spread(dict) => constant(dict),
        }),
        Kind::Call(call) => {
            matches!(call.function, Ok(Function::Regex))
                && call.arguments.iter().all(|given| constant(&given.value))
        }
        Kind::Constant(_)
        | Kind::Var(_)
        | Kind::Local(_)
        | Kind::Undefined(_)
        | Kind::Format(_)
        | Kind::Attribute(..)
        | Kind::Index(..)
        | Kind::Method(_)
        | Kind::Binary(..)
        | Kind::Compare(..)
        | Kind::And(_)
        | Kind::Or(_)
        | Kind::Conditional(_)
        | Kind::Comprehension(_) => false,
    }
}

/// Replaces the node by its value, if it has one; an error is kept, and occurs at each evaluation.
fn folded(node: Node) -> Node {
    match eval::evaluate(&node, &mut NoScope, &Limits::default()).0 {
        Ok(value) => Node {
            kind: Kind::Constant(value),
            span: node.span,
        },
        Err(_) => node,
    }
}
