//! Tokenizes a source, without layout: names, numbers, strings, punctuation, comments.
//!
//! Line breaks and indentation are handled in [`super::indent`].

use crate::diagnostic::{Code, excerpt};
use crate::source::{SourceId, Span, offset};

use super::cursor::{Cursor, Lexed};
use super::indent::Layout;
use super::token::{PUNCTUATION, TokenKind, starts_name};

/// Tokenizes a whole source, including layout; the last token is `Eof`.
pub(crate) fn lex(source_id: SourceId, source: &str) -> Lexed {
    let mut lexer = Lexer::new(Cursor::new(source_id, source, 0..source.len()), false);
    lexer.cursor.skip_mark();
    lexer.layout.begin(&mut lexer.cursor);
    while lexer.step() {}
    lexer.layout.end(&mut lexer.cursor);
    lexer.cursor.out
}

/// Tokenizes the expression in the braces of a string: line breaks are ignored, and `\"` is accepted for `"`.
pub(crate) fn lex_hole(source_id: SourceId, source: &str, span: Span) -> Lexed {
    let hole = span.start as usize..span.end as usize;
    let mut lexer = Lexer::new(Cursor::new(source_id, source, hole), true);
    while lexer.step() {}
    lexer.cursor.push(TokenKind::Eof, lexer.cursor.end);
    lexer.cursor.out
}

struct Lexer<'a> {
    cursor: Cursor<'a>,
    layout: Layout,
    in_hole: bool,
}

impl<'a> Lexer<'a> {
    fn new(cursor: Cursor<'a>, in_hole: bool) -> Self {
        let layout = Layout::default();
        Self {
            cursor,
            layout,
            in_hole,
        }
    }

    /// Takes one token, or skips whitespace; `false` at the end.
    fn step(&mut self) -> bool {
        match self.cursor.peek() {
            None => return false,
            Some(' ' | '\t' | '\r') => self.cursor.at += 1,
            Some('\n') if self.in_hole => self.cursor.at += 1,
            Some('\n') => self.layout.line_break(&mut self.cursor),
            Some('#') if !self.in_hole => self.cursor.comment(None),
            Some('"' | '\'') => self.string(),
            Some('\\') if self.in_hole && self.cursor.rest()[1..].starts_with(['"', '\'']) => {
                self.escaped_string();
            }
            Some('$') => self.variable(),
            Some(c) if starts_name(c) => {
                let start = self.cursor.at;
                self.cursor.word();
                self.cursor.push(TokenKind::Name, start);
            }
            Some(c)
                if c.is_ascii_digit()
                    || (c == '.'
                        && self.cursor.rest()[1..].starts_with(|c: char| c.is_ascii_digit())) =>
            {
                self.number();
            }
            Some(_) => self.punctuation(),
        }
        true
    }

    fn variable(&mut self) {
        let start = self.cursor.at;
        self.cursor.at += 1;
        if self.cursor.peek().is_some_and(starts_name) {
            self.cursor.word();
            self.cursor.push(TokenKind::Var, start);
        } else {
            let help = "a variable is `$` and a name that begins with a letter or `_`";
            self.cursor.error(
                Code::UnknownCharacter,
                self.cursor.span_from(start),
                "`$` without a name",
                help,
            );
            self.cursor.push(TokenKind::Unknown, start);
        }
    }

    fn punctuation(&mut self) {
        let found = PUNCTUATION
            .iter()
            .find(|(text, _)| self.cursor.rest().starts_with(text));
        let Some((text, kind)) = found else {
            return self.unknown();
        };
        let start = self.cursor.at;
        self.cursor.at += text.len();
        if kind.opens() {
            self.cursor.brackets.push(offset(start));
        } else if kind.closes() {
            self.close_bracket(text);
        }
        self.cursor.push(*kind, start);
    }

    /// Finds the matching bracket; unclosed brackets within it are reported. A closing bracket of the wrong kind
    /// closes the innermost.
    fn close_bracket(&mut self, closing: &str) {
        const FARTHEST: usize = 100;
        let opening = match closing {
            ")" => b'(',
            "]" => b'[',
            _ => b'{',
        };
        let is_it = |at: &u32| self.cursor.source.as_bytes().get(*at as usize) == Some(&opening);
        let within = self
            .cursor
            .brackets
            .iter()
            .rev()
            .take(FARTHEST)
            .position(is_it);
        let place = self
            .cursor
            .brackets
            .len()
            .saturating_sub(within.unwrap_or(0) + 1);
        let unclosed = self.cursor.brackets.split_off(place);
        self.cursor
            .out
            .unclosed
            .extend(unclosed.into_iter().skip(1));
    }

    fn unknown(&mut self) {
        let start = self.cursor.at;
        let Some(c) = self.cursor.peek() else { return };
        let rest = self.cursor.rest();
        self.cursor.at += rest.find(|other| other != c).unwrap_or(rest.len());
        let span = self.cursor.span_from(start);
        let message = match c {
            _ if c.is_control() || c.is_whitespace() || is_invisible(c) => {
                format!("the character U+{:04X} has no meaning here", c as u32)
            }
            _ => format!("the character `{c}` has no meaning here"),
        };
        self.cursor
            .error(Code::UnknownCharacter, span, message, advice_on(c));
        self.cursor.push(TokenKind::Unknown, start);
    }

    fn digits(&mut self) -> bool {
        let bytes = self.cursor.rest().as_bytes();
        let mut length = 0;
        while let Some(byte) = bytes.get(length) {
            let joins = *byte == b'_'
                && length > 0
                && bytes.get(length + 1).is_some_and(u8::is_ascii_digit);
            if !byte.is_ascii_digit() && !joins {
                break;
            }
            length += 1;
        }
        self.cursor.at += length;
        length > 0
    }

    fn number(&mut self) {
        let start = self.cursor.at;
        self.digits();
        let mut kind = TokenKind::Int;
        if self.cursor.rest().starts_with('.') && !self.cursor.rest().starts_with("..") {
            self.cursor.at += 1;
            self.digits();
            kind = TokenKind::Float;
        }
        if self.exponent() {
            kind = TokenKind::Float;
        }
        let clean = self.cursor.at;
        self.cursor.word();
        self.check_number(start, clean, &mut kind);
        self.cursor.push(kind, start);
    }

    fn exponent(&mut self) -> bool {
        let mark = self.cursor.at;
        if self.cursor.rest().starts_with(['e', 'E']) {
            self.cursor.at += 1;
            if self.cursor.rest().starts_with(['+', '-']) {
                self.cursor.at += 1;
            }
            if self.cursor.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return self.digits();
            }
        }
        self.cursor.at = mark;
        false
    }

    fn check_number(&mut self, start: usize, clean: usize, kind: &mut TokenKind) {
        let text = &self.cursor.source[start..self.cursor.at];
        let help = if self.cursor.at > clean {
            "numbers are decimal, like `42`, `1_000`, `2.5` or `1e3`; a name cannot begin with a digit"
        } else if *kind == TokenKind::Int
            && text.starts_with('0')
            && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
        {
            "leave out the zeros in front"
        } else {
            return;
        };
        *kind = TokenKind::Broken;
        self.cursor.error(
            Code::InvalidNumber,
            self.cursor.span_from(start),
            format!("`{}` is not a number", excerpt(text)),
            help,
        );
    }

    fn string(&mut self) {
        let start = self.cursor.at;
        let quote = &self.cursor.rest()[..1];
        let triple = quote.repeat(3);
        if self.cursor.rest().starts_with(&triple) {
            self.cursor.at += 3;
            return self.long_string(start, &triple);
        }
        self.cursor.at += 1;
        let kind = if self.find_end(quote, true) {
            TokenKind::Str
        } else {
            let help = "close the string with the quote it began with, or use three quotes for text of several lines";
            self.cursor.error(
                Code::UnterminatedString,
                self.cursor.span_from(start),
                "this string does not end on its line",
                help,
            );
            TokenKind::Broken
        };
        self.cursor.push(kind, start);
    }

    fn long_string(&mut self, start: usize, quotes: &str) {
        let opening = self.cursor.span_from(start);
        let kind = if self.find_end(quotes, false) {
            TokenKind::LongStr
        } else {
            let help = "close the string with the three quotes it began with";
            self.cursor.error(
                Code::UnterminatedString,
                opening,
                "this string is never closed",
                help,
            );
            TokenKind::Broken
        };
        self.cursor.push(kind, start);
    }

    /// `\"…\"` within the braces of a `"…"`.
    fn escaped_string(&mut self) {
        let start = self.cursor.at;
        let quote = &self.cursor.rest()[..2];
        self.cursor.at += 2;
        let length = self.cursor.rest().find(quote);
        self.cursor.at = length.map_or(self.cursor.end, |length| self.cursor.at + length + 2);
        if length.is_some() {
            return self.cursor.push(TokenKind::Str, start);
        }
        let help = "close the string with the quote it began with";
        self.cursor.error(
            Code::UnterminatedString,
            self.cursor.span_from(start),
            "this string is never closed",
            help,
        );
        self.cursor.push(TokenKind::Broken, start);
    }

    /// Skips to the end of the closing quotes, or to the end of the line or the source.
    fn find_end(&mut self, quotes: &str, one_line: bool) -> bool {
        let quote = quotes.as_bytes()[0];
        loop {
            let rest = self.cursor.rest();
            let Some(length) = rest
                .bytes()
                .position(|byte| byte == quote || byte == b'\\' || (one_line && byte == b'\n'))
            else {
                self.cursor.at = self.cursor.end;
                return false;
            };
            self.cursor.at += length;
            let rest = &rest[length..];
            if rest.starts_with('\n') {
                return false;
            } else if rest.starts_with(quotes) {
                self.cursor.at += quotes.len();
                return true;
            } else if rest.starts_with('\\') {
                self.cursor.at += 1;
                self.skip_escaped(one_line);
            } else {
                self.cursor.at += 1;
            }
        }
    }

    fn skip_escaped(&mut self, one_line: bool) {
        match self.cursor.peek() {
            Some('\n') if one_line => {}
            Some(c) => self.cursor.at += c.len_utf8(),
            None => {}
        }
    }
}

/// Joiners, direction marks and similar characters, which editors do not show.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn advice_on(c: char) -> &'static str {
    match c {
        ';' => "end the line instead: every statement has a line of its own",
        '\\' => {
            "inside of brackets lines go on by themselves, and a line may begin with `and` or `or`"
        }
        '!' => "write `not`, or `!=` for unequal",
        '“' | '”' | '„' | '«' | '»' => "use straight quotes: \"…\"",
        '‘' | '’' | '‚' | '`' | '´' => "use straight quotes: '…'",
        '–' | '—' | '−' => "use the plain minus `-`",
        '…' => "write three dots: `...`",
        _ if c.is_whitespace() => "use plain blanks",
        _ if c.is_control() || is_invisible(c) => "remove it; it cannot be seen, but it is there",
        _ => "remove it, or put it into a string",
    }
}
