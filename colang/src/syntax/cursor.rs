//! A position in a source that is being tokenized, and the results so far: tokens, comments, mistakes.

use std::ops::Range;

use crate::diagnostic::{Code, Diagnostic, MOST_DIAGNOSTICS};
use crate::source::{SourceId, Span, offset};

use super::token::{Token, TokenKind, continues_name};

/// A comment and, if there is nothing else on its line, its indentation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comment {
    pub(crate) span: Span,
    pub(crate) indent: Option<u32>,
}

/// The result of tokenizing a source.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The positions of brackets that are never closed, in order.
    pub(crate) unclosed: Vec<u32>,
    pub(crate) comments: Vec<Comment>,
}

/// The current position. The lexer takes tokens from it; the layout takes line breaks and indentation.
pub(super) struct Cursor<'a> {
    source_id: SourceId,
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    /// The positions of the open brackets.
    pub(super) brackets: Vec<u32>,
    pub(super) out: Lexed,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source_id: SourceId, source: &'a str, part: Range<usize>) -> Self {
        Self {
            source_id,
            source,
            at: part.start,
            end: part.end,
            brackets: Vec::new(),
            out: Lexed::default(),
        }
    }

    /// Skips the byte order mark that some editors write at the beginning of a file.
    pub(super) fn skip_mark(&mut self) {
        if self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..self.end]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Adds a token from `start` to here.
    pub(super) fn push(&mut self, kind: TokenKind, start: usize) {
        self.out.tokens.push(Token {
            kind,
            span: self.span_from(start),
        });
    }

    pub(super) fn span_from(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::error(code, self.source_id, span, message).with_help(help);
        if self.out.diagnostics.len() <= MOST_DIAGNOSTICS {
            self.out.diagnostics.push(diagnostic);
        }
    }

    /// Takes a comment, without the line break after it.
    pub(super) fn comment(&mut self, indent: Option<u32>) {
        let start = self.at;
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        let span = self.span_from(start);
        self.out.comments.push(Comment { span, indent });
    }

    /// Skips letters, digits and underscores.
    pub(super) fn word(&mut self) {
        let rest = self.rest();
        self.at += rest
            .find(|c: char| !continues_name(c))
            .unwrap_or(rest.len());
    }
}
