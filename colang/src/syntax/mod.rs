//! Reading Colang: text in, a tree and a list of mistakes out.
//!
//! [`parse`] never fails as a whole: it returns what it could read, and every independent mistake it found.

pub mod ast;
mod cursor;
mod indent;
mod lexer;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "any token may come; the unwanted ones are a mistake of the source"
)]
mod parser;
mod string;
mod token;
pub mod visit;

use crate::diagnostic::Diagnostic;
use crate::source::SourceId;

pub use ast::Module;

/// What [`parse`] returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What could be read.
    pub module: Module,
    /// Every mistake, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the module cannot be used; warnings do not count.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// How deeply a tree may be nested. Within the default limits a source can be read, lowered, evaluated and dropped on a
/// stack of 512 kB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Blocks, brackets and prefix operators within each other.
    pub nesting: u32,
    /// Height of an expression's tree, chains such as `a + b + c` included.
    pub height: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nesting: 64,
            height: 128,
        }
    }
}

/// What [`parse_expr`] returns.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedExpr {
    /// The expression; of kind [`ast::ExprKind::Error`] if it could not be read.
    pub expr: ast::Expr,
    /// Every mistake, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl ParsedExpr {
    /// Whether the expression cannot be used; warnings do not count.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads a source.
///
/// ```
/// use colang::source::SourceId;
///
/// let parsed = colang::syntax::parse(SourceId(0), "flow main\n  match Start() as $event\n");
/// assert!(!parsed.has_errors());
/// assert_eq!(parsed.module.flows[0].name.name, "main");
/// ```
#[must_use]
pub fn parse(source_id: SourceId, source: &str) -> Parsed {
    parser::parse(source_id, source, Limits::default())
}

/// As [`parse`], with limits of one's own.
#[must_use]
pub fn parse_with(source_id: SourceId, source: &str, limits: Limits) -> Parsed {
    parser::parse(source_id, source, limits)
}

/// Reads a text that is one expression. Line breaks in it do not matter.
///
/// ```
/// use colang::source::SourceId;
///
/// let parsed = colang::syntax::parse_expr(SourceId(0), "$x + 1");
/// assert!(!parsed.has_errors());
/// ```
#[must_use]
pub fn parse_expr(source_id: SourceId, source: &str) -> ParsedExpr {
    parser::parse_expr(source_id, source, Limits::default(), false)
}

/// As [`parse_expr`], with braces in strings as plain text.
pub(crate) fn parse_plain_expr(source: &str) -> ParsedExpr {
    parser::parse_expr(SourceId(0), source, Limits::default(), true)
}
