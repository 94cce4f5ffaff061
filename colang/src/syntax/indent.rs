//! Layout: significant line breaks, and indentation as tokens.
//!
//! Empty lines and comment lines are never significant. Within brackets no line break is significant, unless the next
//! line can only be a new statement: then a closing bracket is missing. Lines that begin with `and` or `or` continue
//! the line before.

use crate::diagnostic::Code;
use crate::source::{Span, offset};

use super::cursor::Cursor;
use super::token::{Token, TokenKind, continues_name, starts_name};

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

    /// Skips to the first significant line; its column is the outermost.
    pub(super) fn begin(&mut self, cursor: &mut Cursor<'_>) {
        let column = next_line(cursor).unwrap_or(0);
        self.columns = vec![column];
    }

    /// Ends the last line and all blocks.
    pub(super) fn end(&self, cursor: &mut Cursor<'_>) {
        cursor.out.unclosed.append(&mut cursor.brackets);
        cursor.out.unclosed.sort_unstable();
        cursor.at = cursor.end;
        push_empty(cursor, TokenKind::Newline);
        for _ in 1..self.columns.len() {
            push_empty(cursor, TokenKind::Dedent);
        }
        push_empty(cursor, TokenKind::Eof);
    }

    /// Takes a line break with all that does not count after it.
    pub(super) fn line_break(&mut self, cursor: &mut Cursor<'_>) {
        cursor.at += 1;
        let Some(column) = next_line(cursor) else {
            return;
        };
        if !cursor.brackets.is_empty() {
            if !self.must_be_statement(cursor, column) {
                return;
            }
            cursor.out.unclosed.append(&mut cursor.brackets);
        }
        if continues_line(cursor) {
            return;
        }
        push_empty(cursor, TokenKind::Newline);
        self.indent_to(cursor, column);
    }

    fn indent_to(&mut self, cursor: &mut Cursor<'_>, column: u32) {
        if column > self.column() {
            self.columns.push(column);
            return push_empty(cursor, TokenKind::Indent);
        }
        while column < self.column() {
            let outer = self.columns.iter().rev().nth(1).copied();
            if outer.is_none_or(|outer| outer < column) {
                return self.settle(cursor, column, outer.is_some());
            }
            self.columns.pop();
            push_empty(cursor, TokenKind::Dedent);
        }
    }

    /// A line between the columns of two blocks is treated as part of the inner one.
    fn settle(&mut self, cursor: &mut Cursor<'_>, column: u32, is_wrong: bool) {
        if is_wrong {
            let end = offset(cursor.at);
            let span = Span::new(end.saturating_sub(column.min(end)), end);
            let span = Span::new(line_start(cursor).max(span.start), end);
            let help = "indent it like one of the lines above that it belongs to";
            cursor.error(
                Code::UnknownIndentation,
                span,
                "no block begins at this column",
                help,
            );
        }
        if let Some(last) = self.columns.last_mut() {
            *last = column;
        }
    }

    /// Whether the line that begins here cannot be part of the open brackets.
    fn must_be_statement(&self, cursor: &Cursor<'_>, column: u32) -> bool {
        if column > self.column() {
            return false;
        }
        let rest = cursor.rest();
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
}

/// Skips to the next line that has more than a comment, and returns its indentation.
fn next_line(cursor: &mut Cursor<'_>) -> Option<u32> {
    loop {
        let column = blanks(cursor);
        match cursor.rest().bytes().next()? {
            b'\n' => cursor.at += 1,
            b'#' => cursor.comment(Some(column)),
            _ => return Some(column),
        }
    }
}

fn blanks(cursor: &mut Cursor<'_>) -> u32 {
    let mut column = 0_u32;
    for byte in cursor.rest().bytes() {
        match byte {
            b' ' => column = column.saturating_add(1),
            b'\t' => column = column.saturating_add(TAB),
            b'\r' => {}
            _ => break,
        }
        cursor.at += 1;
    }
    column
}

fn line_start(cursor: &Cursor<'_>) -> u32 {
    offset(
        cursor.source[..cursor.at]
            .rfind('\n')
            .map_or(0, |at| at + 1),
    )
}

fn continues_line(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.rest();
    let after = rest.strip_prefix("and").or_else(|| {
        rest.strip_prefix("or")
            .filter(|after| !begins_with_when(after))
    });
    let is_word = after.is_some_and(|after| after.starts_with([' ', '\t']));
    is_word
        && cursor
            .out
            .tokens
            .last()
            .is_some_and(|token| !token.kind.ends_line())
}

fn push_empty(cursor: &mut Cursor<'_>, kind: TokenKind) {
    let last = cursor
        .out
        .tokens
        .last()
        .filter(|_| kind == TokenKind::Newline);
    let at = last.map_or(cursor.at, |token| token.span.end as usize);
    let span = Span::new(offset(at), offset(at));
    cursor.out.tokens.push(Token { kind, span });
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
