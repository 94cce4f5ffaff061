//! The parser: recursive descent over tokens, operators by precedence.
//!
//! A function that cannot continue reports why and returns [`Reported`]; the rest of the statement is then skipped,
//! and parsing continues with the next line.

mod atom;
mod compound;
mod expr;
mod flow;
mod habits;
mod recovery;
mod spec;
mod statement;
mod text;

use crate::diagnostic::{Code, Diagnostic, MOST_DIAGNOSTICS};
use crate::source::{LineIndex, SourceId, Span, offset};

use super::ast::{Expr, ExprKind, Ident, Module};
use super::cursor::{Comment, Lexed};
use super::lexer::{lex, lex_hole};
use super::token::{Token, TokenKind};
use super::{Limits, Parsed, ParsedExpr};

/// The mistake is already among the diagnostics.
#[derive(Debug)]
pub(super) struct Reported;

pub(super) type Parse<T> = Result<T, Reported>;

pub(super) struct Parser<'a> {
    source_id: SourceId,
    source: &'a str,
    lines: LineIndex,
    limits: Limits,
    tokens: Vec<Token>,
    at: usize,
    unclosed: Vec<u32>,
    comments: Vec<Comment>,
    diagnostics: Vec<Diagnostic>,
    /// The number of open blocks, brackets and operators.
    depth: u32,
    /// Whether the depth was already reported for the current statement.
    is_too_deep: bool,
    /// Whether strings are taken literally, as in decorators.
    plain_strings: bool,
    /// Whether this is within the braces of a string.
    in_hole: bool,
    /// Names without `$` that no comprehension has defined yet.
    bare: Vec<BareName>,
}

struct BareName {
    name: Ident,
    in_hole: bool,
}

/// Parses a source with the given limits.
pub(super) fn parse(source_id: SourceId, source: &str, limits: Limits) -> Parsed {
    if u32::try_from(source.len()).is_err() {
        return too_large(source_id);
    }
    let mut parser = Parser::new(source_id, source, limits, lex(source_id, source));
    let mut module = parser.module();
    module.source = source.into();
    Parsed {
        module,
        diagnostics: parser.finish(),
    }
}

/// Parses a string that is one expression.
pub(super) fn parse_expr(
    source_id: SourceId,
    source: &str,
    limits: Limits,
    plain_strings: bool,
) -> ParsedExpr {
    if u32::try_from(source.len()).is_err() {
        let expr = Expr {
            kind: ExprKind::Error,
            span: Span::default(),
        };
        return ParsedExpr {
            expr,
            diagnostics: too_large(source_id).diagnostics,
        };
    }
    let whole = Span::new(0, offset(source.len()));
    let mut parser = Parser::new(
        source_id,
        source,
        limits,
        lex_hole(source_id, source, whole),
    );
    parser.plain_strings = plain_strings;
    let expr = parser.only_expression().unwrap_or(Expr {
        kind: ExprKind::Error,
        span: whole,
    });
    ParsedExpr {
        expr,
        diagnostics: parser.finish(),
    }
}

fn too_large(source_id: SourceId) -> Parsed {
    let message = "this source is larger than 4 GiB";
    let diagnostic = Diagnostic::error(Code::TooLarge, source_id, Span::default(), message);
    let module = Module {
        source_id,
        ..Module::default()
    };
    Parsed {
        module,
        diagnostics: vec![diagnostic.with_help("split it into several files")],
    }
}

impl<'a> Parser<'a> {
    fn new(source_id: SourceId, source: &'a str, limits: Limits, lexed: Lexed) -> Self {
        Self {
            source_id,
            source,
            lines: LineIndex::new(source),
            limits,
            tokens: lexed.tokens,
            at: 0,
            unclosed: lexed.unclosed,
            comments: lexed.comments,
            diagnostics: lexed.diagnostics,
            depth: 0,
            is_too_deep: false,
            plain_strings: false,
            in_hole: false,
            bare: Vec::new(),
        }
    }

    fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics
            .sort_by_key(|diagnostic| diagnostic.span.start);
        if self.diagnostics.len() > MOST_DIAGNOSTICS {
            self.diagnostics.truncate(MOST_DIAGNOSTICS);
            let span = self
                .diagnostics
                .last()
                .map(|last| last.span)
                .unwrap_or_default();
            let message = format!(
                "there are more than {MOST_DIAGNOSTICS} mistakes; the others are not listed"
            );
            let diagnostic = Diagnostic::error(Code::TooMany, self.source_id, span, message);
            self.diagnostics
                .push(diagnostic.with_help("correct these first"));
        }
        self.diagnostics
    }

    fn only_expression(&mut self) -> Parse<Expr> {
        let expr = self.expression()?;
        if self.peek().kind == TokenKind::Eof {
            Ok(expr)
        } else {
            Err(self.unexpected(
                "the end of the expression",
                "join expressions with an operator",
            ))
        }
    }

    /// The token `ahead` of the next one; after the end always `Eof`.
    fn nth(&self, ahead: usize) -> Token {
        let last = self.tokens.len().saturating_sub(1);
        let none = Token {
            kind: TokenKind::Eof,
            span: Span::default(),
        };
        self.tokens
            .get((self.at + ahead).min(last))
            .copied()
            .unwrap_or(none)
    }

    fn peek(&self) -> Token {
        self.nth(0)
    }

    fn bump(&mut self) -> Token {
        let token = self.peek();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn text(&self, token: Token) -> &'a str {
        token.span.text(self.source)
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        self.at(kind).then(|| self.bump())
    }

    fn expect(&mut self, kind: TokenKind, wanted: &str, help: &str) -> Parse<Token> {
        self.eat(kind).ok_or_else(|| self.unexpected(wanted, help))
    }

    fn word_at(&self, ahead: usize) -> Option<&'a str> {
        let token = self.nth(ahead);
        (token.kind == TokenKind::Name).then(|| self.text(token))
    }

    fn at_word(&self, word: &str) -> bool {
        self.word_at(0) == Some(word)
    }

    fn eat_word(&mut self, word: &str) -> Option<Token> {
        self.at_word(word).then(|| self.bump())
    }

    /// The end of the last token.
    fn last_span(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map(|token| token.span).unwrap_or_default()
    }

    fn ident(&self, token: Token) -> Ident {
        let text = self.text(token);
        Ident {
            name: text.strip_prefix('$').unwrap_or(text).to_owned(),
            span: token.span,
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        if self.diagnostics.len() <= MOST_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
        Reported
    }

    fn error(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Reported {
        self.report(Diagnostic::error(code, self.source_id, span, message).with_help(help))
    }

    fn warn(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::warning(code, self.source_id, span, message).with_help(help));
    }

    /// Parses one level deeper, unless that is too deep.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= self.limits.nesting {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        self.is_too_deep &= self.depth > self.limits.nesting / 2;
        result
    }

    /// Reports the depth once for everything below one place.
    fn too_deep(&mut self) -> Reported {
        if std::mem::replace(&mut self.is_too_deep, true) {
            return Reported;
        }
        let message = format!("nested more than {} levels deep", self.limits.nesting);
        let help =
            "give the inner part a name: a variable for an expression, a flow for statements";
        self.error(Code::TooDeep, self.peek().span, message, help)
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, SourceId, too_large};

    #[test]
    fn a_source_that_cannot_be_addressed_is_one_mistake() {
        let parsed = too_large(SourceId(3));
        let codes: Vec<_> = parsed.diagnostics.iter().map(|told| told.code).collect();
        assert_eq!(codes, [Code::TooLarge]);
        assert_eq!(parsed.module.source_id, SourceId(3));
    }
}
