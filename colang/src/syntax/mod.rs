//! Parses Colang: a source becomes a tree and a list of mistakes.
//!
//! [`parse`] never fails as a whole: it returns what it could read, and every independent mistake that it found.

pub mod ast;
mod cursor;
mod indent;
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "any token may come; most are treated alike"
)]
mod lexeme;
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
pub(crate) use cursor::{Comment, Lexed};
pub use lexeme::{JOINING_WORDS, Lexeme, LexemeKind, STATEMENT_WORDS, lexeme_at, lexemes};
pub(crate) use lexer::lex;
pub(crate) use token::{Token, TokenKind};

/// The result of [`parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What could be read.
    pub module: Module,
    /// All diagnostics, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether there are errors, so that the module cannot be used; warnings do not count.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// How deeply a tree may be nested. Within the default limits, a source can be parsed, lowered, evaluated and dropped with
/// a stack of 512 kB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The nesting of blocks, brackets and prefix operators.
    pub nesting: u32,
    /// The height of an expression's tree, including chains such as `a + b + c`.
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

/// The result of [`parse_expr`].
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedExpr {
    /// The expression; of kind [`ast::ExprKind::Error`] if it could not be parsed.
    pub expr: ast::Expr,
    /// All diagnostics, in the order of the source.
    pub diagnostics: Vec<Diagnostic>,
}

impl ParsedExpr {
    /// Whether there are errors, so that the expression cannot be used; warnings do not count.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Parses a source.
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

/// Like [`parse`], with limits of your own.
#[must_use]
pub fn parse_with(source_id: SourceId, source: &str, limits: Limits) -> Parsed {
    parser::parse(source_id, source, limits)
}

/// Parses a source that is one expression. Line breaks in it do not matter.
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

/// Like [`parse_expr`], but braces in strings are plain text.
pub(crate) fn parse_plain_expr(source: &str) -> ParsedExpr {
    parser::parse_expr(SourceId(0), source, Limits::default(), true)
}
