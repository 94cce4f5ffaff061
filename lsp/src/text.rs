//! The text of a file, and the positions that editors use: lines from 0, columns in units of UTF-16.

use std::sync::Arc;

use colang::source::Span;
use lsp_types::{Position, Range};

/// The text of a file, with the offsets of its lines.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    text: Arc<str>,
    starts: Vec<usize>,
}

impl Text {
    pub(crate) fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1));
        let starts = starts.collect();
        Self { text, starts }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The offset at which a line begins; that of the end if there is no such line.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// A line without its end.
    pub(crate) fn line(&self, line: usize) -> &str {
        let line = &self.text[self.line_start(line)..self.line_start(line + 1)];
        line.trim_end_matches(['\r', '\n'])
    }

    pub(crate) fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line of an offset.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    pub(crate) fn position(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.line_of(at);
        let before = &self.text[self.starts[line]..at];
        Position::new(number(line), number(before.encode_utf16().count()))
    }

    /// The offset of a position; one behind the end of its line is at the end.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let (start, mut left) = (self.line_start(line), position.character as usize);
        let mut at = start;
        for letter in self.line(line).chars() {
            let units = letter.len_utf16();
            if left < units {
                break;
            }
            left -= units;
            at += letter.len_utf8();
        }
        at
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        Range::new(
            self.position(span.start as usize),
            self.position(span.end as usize),
        )
    }

    /// All of it.
    pub(crate) fn whole(&self) -> Range {
        Range::new(Position::new(0, 0), self.position(self.text.len()))
    }
}

pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, at: usize, line: u32, character: u32) {
        let text = Text::new(text);
        let position = Position::new(line, character);
        assert_eq!(text.position(at), position);
        assert_eq!(text.offset(position), at);
    }

    #[test]
    fn counts_letters_outside_of_the_basic_plane_twice() {
        check("a\n🙂ß$x", 6, 1, 2);
        check("a\n🙂ß$x", 8, 1, 3);
    }

    #[test]
    fn knows_the_end_of_the_text() {
        check("a\n", 2, 1, 0);
        check("", 0, 0, 0);
    }

    #[test]
    fn a_position_in_the_middle_of_a_letter_is_before_it() {
        assert_eq!(Text::new("🙂").offset(Position::new(0, 1)), 0);
    }

    #[test]
    fn a_position_behind_the_line_is_at_its_end() {
        let text = Text::new("ab\r\ncd");
        assert_eq!(text.offset(Position::new(0, 99)), 2);
        assert_eq!(text.offset(Position::new(99, 99)), 6);
    }
}
