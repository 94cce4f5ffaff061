//! Expressions: compiled once, evaluated each time their flow reaches them.
//!
//! A value is never code: interpolations in strings are parsed when the program is loaded.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "values of all other types are treated, mostly refused, alike"
)]

mod args;
mod builtins;
mod compile;
pub(crate) mod cost;
mod error;
mod eval;
mod function;
mod index;
mod methods;
mod node;
mod ops;
mod scope;
mod world;

use std::sync::Arc;

pub use error::{CompileError, ErrorKind, EvalError};
pub use scope::{Limits, NoScope, Scope};

use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use function::Function;
use node::{Kind, Node};

/// A compiled expression; cheap to clone.
#[derive(Debug, Clone)]
pub struct Expr(Arc<Node>);

impl Expr {
    /// An expression that always has this value.
    #[must_use]
    pub fn constant(value: Value) -> Self {
        Self(Arc::new(Node {
            kind: Kind::Constant(value),
            span: Span::default(),
        }))
    }

    /// Its value, if that is the same for every evaluation: literals, and lists and dicts of them.
    #[must_use]
    pub fn as_constant(&self) -> Option<&Value> {
        if let Kind::Constant(value) = &self.0.kind {
            Some(value)
        } else {
            None
        }
    }

    /// The variable's name without `$`, if it is just a variable.
    #[must_use]
    pub fn as_variable(&self) -> Option<&Arc<str>> {
        if let Kind::Var(name) = &self.0.kind {
            Some(name)
        } else {
            None
        }
    }

    /// Whether evaluating it twice has no visible effect: it contains no calls.
    pub(crate) fn is_steady(&self) -> bool {
        self.0.is_steady()
    }

    /// Its position in the source.
    #[must_use]
    pub fn span(&self) -> Span {
        self.0.span
    }
}

/// Compiles an expression.
///
/// Unknown functions and methods are errors of [`eval`], so that they do not affect flows that never reach them.
///
/// # Errors
/// If the tree contains an expression that could not be parsed, or a generated value (`..."instruction"`).
pub fn compile(expr: &ast::Expr) -> Result<Expr, CompileError> {
    compile::node(expr).map(|node| Expr(Arc::new(node)))
}

/// The functions of the language.
pub(crate) fn function_names() -> impl Iterator<Item = &'static str> + Clone {
    function::names()
}

/// The names of the methods of all types.
pub(crate) fn method_names() -> impl Iterator<Item = &'static str> + Clone {
    methods::names()
}

/// Whether any type has a method of that name.
pub(crate) fn is_method(name: &str) -> bool {
    methods::names().any(|known| known == name)
}

/// Whether there is a function of that name.
pub(crate) fn is_function(name: &str) -> bool {
    Function::named(name).is_some()
}

/// The value of a literal (constants and lists, tuples, sets, dicts of them); `None` for any other expression.
#[must_use]
pub fn literal(expr: &ast::Expr) -> Option<Value> {
    compile(expr).ok()?.as_constant().cloned()
}

/// The value of a string that is a single literal, as in Python's `ast.literal_eval`: braces and `$` in strings have
/// no meaning, and nothing is evaluated. A pattern, `regex("…")`, also counts as a literal.
///
/// ```
/// use colang::expr::read_literal;
///
/// assert_eq!(read_literal("['{x}', -1.5, None]").map(|value| value.to_string()), Some("['{x}', -1.5, None]".into()));
/// assert_eq!(read_literal("1 + 1"), None);
/// ```
#[must_use]
pub fn read_literal(text: &str) -> Option<Value> {
    let parsed = crate::syntax::parse_plain_expr(text);
    let is_readable = !parsed.has_errors();
    is_readable.then(|| literal(&parsed.expr)).flatten()
}

/// Evaluates an expression.
///
/// # Errors
/// If the evaluation fails, or exceeds the limits. Methods called before the error have already changed their
/// variables.
///
/// ```
/// use colang::expr::{self, Limits, NoScope};
/// use colang::source::SourceId;
/// use colang::syntax;
///
/// let source = syntax::parse_expr(SourceId(0), r#""{7 // 2} of {[1, 'two']}""#);
/// let expr = expr::compile(&source.expr)?;
/// let value = expr::eval(&expr, &mut NoScope, &Limits::default())?;
/// assert_eq!(value.to_string(), "3 of [1, 'two']");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn eval(expr: &Expr, scope: &mut dyn Scope, limits: &Limits) -> Result<Value, EvalError> {
    eval_counted(expr, scope, limits).0
}

/// Like [`eval`]; also returns the number of steps.
pub(crate) fn eval_counted(
    expr: &Expr,
    scope: &mut dyn Scope,
    limits: &Limits,
) -> (Result<Value, EvalError>, usize) {
    eval::evaluate(&expr.0, scope, limits)
}
