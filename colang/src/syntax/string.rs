//! The contents of strings: resolves escapes, finds `{…}`.

use crate::source::{Span, offset};

/// A part of a string.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece {
    /// Text, with escapes resolved.
    Text(String),
    /// The part between braces.
    Hole(Span),
}

/// A string split into its parts.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    pub(crate) pieces: Vec<Piece>,
    /// Invalid escapes.
    pub(crate) bad_escapes: Vec<Span>,
}

/// The part of a string token between its quotes.
pub(crate) fn content(source: &str, token: Span) -> Span {
    let text = token.text(source);
    let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") {
        3
    } else if text.starts_with('\\') {
        2
    } else {
        1
    };
    Span::new(token.start + quotes, token.end.saturating_sub(quotes))
}

/// Splits the string in `span` into parts. Without `holes`, braces are plain text.
///
/// A hole is `{`, text without braces, `}`; `{{` and `}}` are literal braces, and so are single ones.
pub(crate) fn pieces(source: &str, span: Span, holes: bool) -> Pieces {
    let mut reader = Reader {
        source,
        at: span.start as usize,
        end: span.end as usize,
        text: String::new(),
        out: Pieces::default(),
    };
    while reader.step(holes) {}
    reader.flush();
    reader.out
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    end: usize,
    text: String,
    out: Pieces,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.out
                .pieces
                .push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn step(&mut self, holes: bool) -> bool {
        let rest = self.rest();
        let special = rest
            .find(|c| matches!(c, '\\' | '\r') || (holes && matches!(c, '{' | '}')))
            .unwrap_or(rest.len());
        self.text.push_str(&rest[..special]);
        self.at += special;
        let rest = &rest[special..];
        match rest.bytes().next() {
            None => return false,
            Some(b'\\') => self.escape(&rest[1..]),
            Some(b'\r') => self.carriage_return(rest),
            Some(b'{') => self.opening(rest),
            Some(_) => self.brace(rest, "}"),
        }
        true
    }

    /// Line breaks in long strings are `\n`, whatever the file uses.
    fn carriage_return(&mut self, rest: &str) {
        if !rest.starts_with("\r\n") {
            self.text.push('\r');
        }
        self.at += 1;
    }

    fn brace(&mut self, rest: &str, brace: &str) {
        self.text.push_str(brace);
        self.at += if rest[1..].starts_with(brace) { 2 } else { 1 };
    }

    fn opening(&mut self, rest: &str) {
        let inside = &rest[1..];
        let hole = inside.find(['{', '}']).filter(|length| {
            inside[*length..].starts_with('}') && !inside[..*length].trim().is_empty()
        });
        let Some(length) = hole else {
            return self.brace(rest, "{");
        };
        self.flush();
        let start = self.at + 1;
        self.out.pieces.push(Piece::Hole(Span::new(
            offset(start),
            offset(start + length),
        )));
        self.at = start + length + 1;
    }

    /// Python's escapes; unknown ones are kept, including the backslash.
    fn escape(&mut self, rest: &str) {
        let Some(c) = rest.chars().next() else {
            self.text.push('\\');
            self.at += 1;
            return;
        };
        let plain = match c {
            '\\' | '\'' | '"' => Some(c),
            'a' => Some('\u{7}'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            _ => None,
        };
        if let Some(plain) = plain {
            self.text.push(plain);
            self.at += 1 + c.len_utf8();
            return;
        }
        match c {
            '\n' => self.at += 2,
            '\r' if rest.starts_with("\r\n") => self.at += 3,
            '0'..='7' => self.coded(rest, 0, 3, 8, false),
            'x' => self.coded(rest, 1, 2, 16, true),
            'u' => self.coded(rest, 1, 4, 16, true),
            'U' => self.coded(rest, 1, 8, 16, true),
            _ => {
                self.text.push('\\');
                self.at += 1;
            }
        }
    }

    /// A character given by its number, with up to (or `exact`ly) `most` digits.
    fn coded(&mut self, rest: &str, skip: usize, most: usize, radix: u32, exact: bool) {
        let length = rest[skip..]
            .bytes()
            .take(most)
            .take_while(|byte| char::from(*byte).is_digit(radix))
            .count();
        let digits = &rest[skip..skip + length];
        let whole = 1 + skip + length;
        let found = u32::from_str_radix(digits, radix)
            .ok()
            .and_then(char::from_u32);
        match found.filter(|_| !exact || length == most) {
            Some(c) => self.text.push(c),
            None => self
                .out
                .bad_escapes
                .push(Span::new(offset(self.at), offset(self.at + whole))),
        }
        self.at += whole;
    }
}
