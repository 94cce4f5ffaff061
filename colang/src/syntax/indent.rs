//! Layout: line breaks that count, and indentation as tokens.
//!
//! Empty lines and comment lines never count. Inside of brackets no line break counts, unless the next line can only
//! be a new statement: then a bracket was forgotten. Lines beginning with `and` or `or` go on with the line before.

use crate::diagnostic::Code;
use crate::source::Span;

use super::lexer::Lexer;
use super::token::{TokenKind, continues_name, starts_name};

const TAB: u32 = 8;

/// The columns of the open blocks, innermost last.
#[derive(Debug, Default)]
pub(super) struct Layout {
    columns: Vec<u32>,
}

impl Layout {
    fn column(&self) -> u32 {
        self.columns.last().copied().unwrap_or(0)
    }
}

impl Lexer<'_> {
    /// Goes to the first line that counts; its column is the outermost.
    pub(super) fn begin_layout(&mut self) {
        let column = self.next_line().unwrap_or(0);
        self.layout.columns = vec![column];
    }

    /// Ends the last line and all blocks.
    pub(super) fn end_layout(&mut self) {
        self.out.unclosed.append(&mut self.brackets);
        self.out.unclosed.sort_unstable();
        self.at = self.end;
        self.push_empty(TokenKind::Newline);
        for _ in 1..self.layout.columns.len() {
            self.push_empty(TokenKind::Dedent);
        }
        self.push_empty(TokenKind::Eof);
    }

    /// Takes a line break with all that does not count after it.
    pub(super) fn line_break(&mut self) {
        self.at += 1;
        let Some(column) = self.next_line() else {
            return;
        };
        if !self.brackets.is_empty() {
            if !self.must_be_statement(column) {
                return;
            }
            self.out.unclosed.append(&mut self.brackets);
        }
        if self.continues_line() {
            return;
        }
        self.push_empty(TokenKind::Newline);
        self.indent_to(column);
    }

    /// Goes to the next line that holds more than a comment, and says how far it is indented.
    fn next_line(&mut self) -> Option<u32> {
        loop {
            let column = self.blanks();
            match self.rest().bytes().next()? {
                b'\n' => self.at += 1,
                b'#' => self.comment(Some(column)),
                _ => return Some(column),
            }
        }
    }

    fn blanks(&mut self) -> u32 {
        let mut column = 0_u32;
        for byte in self.rest().bytes() {
            match byte {
                b' ' => column = column.saturating_add(1),
                b'\t' => column = column.saturating_add(TAB),
                b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
        column
    }

    fn indent_to(&mut self, column: u32) {
        if column > self.layout.column() {
            self.layout.columns.push(column);
            return self.push_empty(TokenKind::Indent);
        }
        while column < self.layout.column() {
            let outer = self.layout.columns.iter().rev().nth(1).copied();
            if outer.is_none_or(|outer| outer < column) {
                return self.settle(column, outer.is_some());
            }
            self.layout.columns.pop();
            self.push_empty(TokenKind::Dedent);
        }
    }

    /// A line between the columns of two blocks is taken for one of the inner block.
    fn settle(&mut self, column: u32, is_wrong: bool) {
        if is_wrong {
            let end = crate::source::offset(self.at);
            let span = Span::new(end.saturating_sub(column.min(end)), end);
            let span = Span::new(self.line_start().max(span.start), end);
            let help = "indent it like one of the lines above that it belongs to";
            self.error(
                Code::UnknownIndentation,
                span,
                "no block begins at this column",
                help,
            );
        }
        if let Some(last) = self.layout.columns.last_mut() {
            *last = column;
        }
    }

    fn line_start(&self) -> u32 {
        crate::source::offset(self.source[..self.at].rfind('\n').map_or(0, |at| at + 1))
    }

    fn continues_line(&self) -> bool {
        let rest = self.rest();
        let after = rest.strip_prefix("and").or_else(|| {
            rest.strip_prefix("or")
                .filter(|after| !begins_with_when(after))
        });
        let is_word = after.is_some_and(|after| after.starts_with([' ', '\t']));
        is_word
            && self
                .out
                .tokens
                .last()
                .is_some_and(|token| !token.kind.ends_line())
    }

    /// Whether the line that begins here cannot be a part of what is in the open brackets.
    fn must_be_statement(&self, column: u32) -> bool {
        if column > self.layout.column() {
            return false;
        }
        let rest = self.rest();
        let word = &rest[..rest
            .find(|c: char| !continues_name(c))
            .unwrap_or(rest.len())];
        let after = rest[word.len()..].trim_start_matches([' ', '\t']);
        let is_spaced = rest.len() - word.len() > after.len();
        match word {
            "flow" | "import" | "send" | "match" | "await" | "start" | "stop" | "activate"
            | "deactivate" | "when" | "global" | "while" => {
                is_spaced && after.starts_with(|c: char| starts_name(c) || c == '$')
            }
            "abort" | "pass" | "break" | "continue" | "return" | "else" => {
                after.is_empty() || after.starts_with(['\r', '\n'])
            }
            "" => starts_assignment(rest),
            _ => false,
        }
    }

    fn push_empty(&mut self, kind: TokenKind) {
        let last = self
            .out
            .tokens
            .last()
            .filter(|_| kind == TokenKind::Newline);
        let at = last.map_or(self.at, |token| token.span.end as usize);
        let span = Span::new(crate::source::offset(at), crate::source::offset(at));
        self.out.tokens.push(super::token::Token { kind, span });
    }
}

fn begins_with_when(after: &str) -> bool {
    let word = after.trim_start_matches([' ', '\t']);
    word.strip_prefix("when")
        .is_some_and(|rest| !rest.starts_with(continues_name))
}

/// `$name =`, but not `==`.
fn starts_assignment(rest: &str) -> bool {
    let Some(name) = rest.strip_prefix('$') else {
        return false;
    };
    let after = name
        .trim_start_matches(continues_name)
        .trim_start_matches([' ', '\t']);
    after.starts_with('=') && !after.starts_with("==")
}
