//! From text to tokens, without layout: names, numbers, strings, punctuation, comments.
//!
//! Lines and indentation are the business of [`super::indent`].

use crate::diagnostic::{Code, Diagnostic, MOST_DIAGNOSTICS, excerpt};
use crate::source::{SourceId, Span, offset};

use super::indent::Layout;
use super::token::{PUNCTUATION, Token, TokenKind, continues_name, starts_name};

/// A comment and, if its line holds nothing else, how far it is indented.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comment {
    pub(crate) span: Span,
    pub(crate) indent: Option<u32>,
}

/// What reading a source gave.
#[derive(Debug, Default)]
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where brackets stand that are never closed, in order.
    pub(crate) unclosed: Vec<u32>,
    pub(crate) comments: Vec<Comment>,
}

/// Reads a whole source, layout included; the last token is `Eof`.
pub(crate) fn lex(source_id: SourceId, source: &str) -> Lexed {
    let mut lexer = Lexer::new(source_id, source, 0, source.len(), false);
    lexer.skip_mark();
    lexer.begin_layout();
    while lexer.step() {}
    lexer.end_layout();
    lexer.out
}

/// Reads the expression in the braces of a string: lines do not matter, and `\"` may stand for `"`.
pub(crate) fn lex_hole(source_id: SourceId, source: &str, span: Span) -> Lexed {
    let mut lexer = Lexer::new(
        source_id,
        source,
        span.start as usize,
        span.end as usize,
        true,
    );
    while lexer.step() {}
    lexer.push(TokenKind::Eof, lexer.end);
    lexer.out
}

pub(super) struct Lexer<'a> {
    source_id: SourceId,
    pub(super) source: &'a str,
    pub(super) at: usize,
    pub(super) end: usize,
    in_hole: bool,
    /// Where the open brackets stand.
    pub(super) brackets: Vec<u32>,
    pub(super) layout: Layout,
    pub(super) out: Lexed,
}

impl<'a> Lexer<'a> {
    fn new(source_id: SourceId, source: &'a str, at: usize, end: usize, in_hole: bool) -> Self {
        let out = Lexed::default();
        Self {
            source_id,
            source,
            at,
            end,
            in_hole,
            brackets: Vec::new(),
            layout: Layout::default(),
            out,
        }
    }

    fn skip_mark(&mut self) {
        if self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.source[self.at..self.end]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Adds a token from `start` to here.
    pub(super) fn push(&mut self, kind: TokenKind, start: usize) {
        self.out.tokens.push(Token {
            kind,
            span: self.span_from(start),
        });
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(offset(start), offset(self.at))
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::error(code, self.source_id, span, message).with_help(help);
        if self.out.diagnostics.len() <= MOST_DIAGNOSTICS {
            self.out.diagnostics.push(diagnostic);
        }
    }

    /// Takes one token or one stretch of nothing; `false` at the end.
    fn step(&mut self) -> bool {
        match self.peek() {
            None => return false,
            Some(' ' | '\t' | '\r') => self.at += 1,
            Some('\n') if self.in_hole => self.at += 1,
            Some('\n') => self.line_break(),
            Some('#') if !self.in_hole => self.comment(None),
            Some('"' | '\'') => self.string(),
            Some('\\') if self.in_hole && self.rest()[1..].starts_with(['"', '\'']) => {
                self.escaped_string();
            }
            Some('$') => self.variable(),
            Some(c) if starts_name(c) => {
                let start = self.at;
                self.word();
                self.push(TokenKind::Name, start);
            }
            Some(c)
                if c.is_ascii_digit()
                    || (c == '.' && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit())) =>
            {
                self.number();
            }
            Some(_) => self.punctuation(),
        }
        true
    }

    /// Takes a comment; the line break stays.
    pub(super) fn comment(&mut self, indent: Option<u32>) {
        let start = self.at;
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        let span = self.span_from(start);
        self.out.comments.push(Comment { span, indent });
    }

    fn word(&mut self) {
        let rest = self.rest();
        self.at += rest
            .find(|c: char| !continues_name(c))
            .unwrap_or(rest.len());
    }

    fn variable(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.peek().is_some_and(starts_name) {
            self.word();
            self.push(TokenKind::Var, start);
        } else {
            let help = "a variable is `$` and a name that begins with a letter or `_`";
            self.error(
                Code::UnknownCharacter,
                self.span_from(start),
                "`$` without a name",
                help,
            );
            self.push(TokenKind::Unknown, start);
        }
    }

    fn punctuation(&mut self) {
        let found = PUNCTUATION
            .iter()
            .find(|(text, _)| self.rest().starts_with(text));
        let Some((text, kind)) = found else {
            return self.unknown();
        };
        let start = self.at;
        self.at += text.len();
        if kind.opens() {
            self.brackets.push(offset(start));
        } else if kind.closes() {
            self.close_bracket(text);
        }
        self.push(*kind, start);
    }

    /// Finds the bracket that is closed; those within it never are. One of a wrong kind closes the innermost.
    fn close_bracket(&mut self, closing: &str) {
        const FARTHEST: usize = 100;
        let opening = match closing {
            ")" => b'(',
            "]" => b'[',
            _ => b'{',
        };
        let is_it = |at: &u32| self.source.as_bytes().get(*at as usize) == Some(&opening);
        let within = self.brackets.iter().rev().take(FARTHEST).position(is_it);
        let place = self.brackets.len().saturating_sub(within.unwrap_or(0) + 1);
        let unclosed = self.brackets.split_off(place);
        self.out.unclosed.extend(unclosed.into_iter().skip(1));
    }

    fn unknown(&mut self) {
        let start = self.at;
        let Some(c) = self.peek() else { return };
        let rest = self.rest();
        self.at += rest.find(|other| other != c).unwrap_or(rest.len());
        let span = self.span_from(start);
        let message = match c {
            _ if c.is_control() || c.is_whitespace() || is_invisible(c) => {
                format!("the character U+{:04X} has no meaning here", c as u32)
            }
            _ => format!("the character `{c}` has no meaning here"),
        };
        self.error(Code::UnknownCharacter, span, message, advice_on(c));
        self.push(TokenKind::Unknown, start);
    }

    fn digits(&mut self) -> bool {
        let bytes = self.rest().as_bytes();
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
        self.at += length;
        length > 0
    }

    fn number(&mut self) {
        let start = self.at;
        self.digits();
        let mut kind = TokenKind::Int;
        if self.rest().starts_with('.') && !self.rest().starts_with("..") {
            self.at += 1;
            self.digits();
            kind = TokenKind::Float;
        }
        if self.exponent() {
            kind = TokenKind::Float;
        }
        let clean = self.at;
        self.word();
        self.check_number(start, clean, &mut kind);
        self.push(kind, start);
    }

    fn exponent(&mut self) -> bool {
        let mark = self.at;
        if self.rest().starts_with(['e', 'E']) {
            self.at += 1;
            if self.rest().starts_with(['+', '-']) {
                self.at += 1;
            }
            if self.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return self.digits();
            }
        }
        self.at = mark;
        false
    }

    fn check_number(&mut self, start: usize, clean: usize, kind: &mut TokenKind) {
        let text = &self.source[start..self.at];
        let help = if self.at > clean {
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
        self.error(
            Code::InvalidNumber,
            self.span_from(start),
            format!("`{}` is not a number", excerpt(text)),
            help,
        );
    }

    fn string(&mut self) {
        let start = self.at;
        let quote = &self.rest()[..1];
        let triple = quote.repeat(3);
        if self.rest().starts_with(&triple) {
            self.at += 3;
            return self.long_string(start, &triple);
        }
        self.at += 1;
        let kind = if self.find_end(quote, true) {
            TokenKind::Str
        } else {
            let help = "close the string with the quote it began with, or use three quotes for text of several lines";
            self.error(
                Code::UnterminatedString,
                self.span_from(start),
                "this string does not end on its line",
                help,
            );
            TokenKind::Broken
        };
        self.push(kind, start);
    }

    fn long_string(&mut self, start: usize, quotes: &str) {
        let opening = self.span_from(start);
        let kind = if self.find_end(quotes, false) {
            TokenKind::LongStr
        } else {
            let help = "close the string with the three quotes it began with";
            self.error(
                Code::UnterminatedString,
                opening,
                "this string is never closed",
                help,
            );
            TokenKind::Broken
        };
        self.push(kind, start);
    }

    /// `\"…\"` inside the braces of a `"…"`.
    fn escaped_string(&mut self) {
        let start = self.at;
        let quote = &self.rest()[..2];
        self.at += 2;
        let length = self.rest().find(quote);
        self.at = length.map_or(self.end, |length| self.at + length + 2);
        if length.is_some() {
            return self.push(TokenKind::Str, start);
        }
        let help = "close the string with the quote it began with";
        self.error(
            Code::UnterminatedString,
            self.span_from(start),
            "this string is never closed",
            help,
        );
        self.push(TokenKind::Broken, start);
    }

    /// Goes behind the closing quotes, or to the end of the line or the source.
    fn find_end(&mut self, quotes: &str, one_line: bool) -> bool {
        let quote = quotes.as_bytes()[0];
        loop {
            let rest = self.rest();
            let Some(length) = rest
                .bytes()
                .position(|byte| byte == quote || byte == b'\\' || (one_line && byte == b'\n'))
            else {
                self.at = self.end;
                return false;
            };
            self.at += length;
            let rest = &rest[length..];
            if rest.starts_with('\n') {
                return false;
            } else if rest.starts_with(quotes) {
                self.at += quotes.len();
                return true;
            } else if rest.starts_with('\\') {
                self.at += 1;
                self.skip_escaped(one_line);
            } else {
                self.at += 1;
            }
        }
    }

    fn skip_escaped(&mut self, one_line: bool) {
        match self.peek() {
            Some('\n') if one_line => {}
            Some(c) => self.at += c.len_utf8(),
            None => {}
        }
    }
}

/// Joiners, marks of direction and the like, which editors do not show.
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
