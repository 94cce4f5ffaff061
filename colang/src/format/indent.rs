//! The column in which each row begins.

use crate::syntax::Token;

use super::rows::{Part, Row};

const STEP: usize = 2;

/// The column of each row, in order.
pub(super) fn columns(source: &str, rows: &[Row]) -> Vec<usize> {
    let mut indent = Indent::default();
    rows.iter().map(|row| indent.column(source, row)).collect()
}

/// The brackets that are open, and what continued lines are indented from.
#[derive(Debug, Default)]
struct Indent {
    /// For each open bracket the column of the row it stands in.
    brackets: Vec<usize>,
    /// The column of a line that continues a statement outside of brackets.
    continued: usize,
}

impl Indent {
    fn column(&mut self, source: &str, row: &Row) -> usize {
        let column = match row.part {
            Part::Comment | Part::CommentWithin if row.is_mark(source) => written(source, row),
            Part::Comment => row.level * STEP,
            Part::CommentWithin => self.within(),
            Part::First => self.first(source, row),
            Part::Later => self.later(row),
        };
        self.brackets_of(&row.tokens, column);
        column
    }

    fn first(&mut self, source: &str, row: &Row) -> usize {
        let column = row.level * STEP;
        // Deeper than the body.
        let steps = if row.is_header(source) { 2 } else { 1 };
        self.continued = column + steps * STEP;
        self.brackets.clear();
        column
    }

    fn within(&self) -> usize {
        self.brackets
            .last()
            .map_or(self.continued, |column| column + STEP)
    }

    /// A row that begins with closing brackets stands below the row of the opening ones.
    fn later(&self, row: &Row) -> usize {
        let closing = row
            .tokens
            .iter()
            .take_while(|token| token.kind.closes())
            .count();
        let opened = self.brackets.len().checked_sub(closing.max(1));
        match opened.filter(|_| closing > 0) {
            Some(at) => self.brackets[at],
            None => self.within(),
        }
    }

    fn brackets_of(&mut self, tokens: &[Token], column: usize) {
        for token in tokens {
            if token.kind.opens() {
                self.brackets.push(column);
            } else if token.kind.closes() {
                self.brackets.pop();
            }
        }
    }
}

/// The column of a comment in the source.
fn written(source: &str, row: &Row) -> usize {
    let at = row.comment.map_or(0, |comment| comment.span.start as usize);
    let line = source[..at].rfind('\n').map_or(0, |at| at + 1);
    at - line
}
