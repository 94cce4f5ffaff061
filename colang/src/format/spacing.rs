//! The text of a row: its tokens, with a blank between them where one belongs.
//!
//! Tokens alone do not always tell what is meant, for example by `name [1]` or `[name -1]`. Where they do not, what the
//! author wrote is kept.

use crate::source::Span;
use crate::syntax::{Token, TokenKind};

use super::comment_text;
use super::rows::{Part, Row};

/// Words that stand between values or before one, wherever they are.
const CONNECTING: [&str; 8] = ["and", "or", "not", "in", "is", "if", "else", "for"];

/// Words before a group or a condition, at the beginning of a statement.
const LEADING: [&str; 11] = [
    "match",
    "send",
    "await",
    "start",
    "stop",
    "activate",
    "deactivate",
    "when",
    "orwhen",
    "while",
    "elif",
];

/// Words before a value, at the beginning of a statement. Some authors write them like functions.
const LIKE_FUNCTIONS: [&str; 4] = ["return", "log", "print", "priority"];

/// Writes the rows of a source, one after the other.
pub(super) struct Writer<'a> {
    source: &'a str,
    out: String,
    /// The open brackets.
    brackets: Vec<TokenKind>,
    /// What was written last.
    last: Option<Written>,
    /// How many tokens of this statement were written.
    count: usize,
}

/// A token that was written.
#[derive(Debug, Clone, Copy)]
struct Written {
    token: Token,
    is: Is,
    /// Whether nothing stands between it and the next token.
    is_tight: bool,
}

/// What a token is for those beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// A value or the end of one.
    Value,
    /// The first word of a name, or a name that is a value.
    Name,
    /// A later word of a name.
    Phrase,
    /// A name after a dot.
    Member,
    /// A word before a group or a value.
    Leading,
    /// A word before a value, which may look like a function.
    LikeFunction,
    /// An operator, a bracket that opens, a comma: a value follows.
    Before,
}

impl Is {
    fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::Phrase)
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self {
            source,
            out: String::new(),
            brackets: Vec::new(),
            last: None,
            count: 0,
        }
    }

    /// The text of the next row, without indentation.
    pub(super) fn row(&mut self, row: &Row) -> String {
        if row.part == Part::First {
            self.brackets.clear();
            (self.last, self.count) = (None, 0);
        }
        for token in &row.tokens {
            self.token(*token);
        }
        if let Some(comment) = &row.comment {
            let blanks = row
                .tokens
                .last()
                .map_or(0, |last| self.blanks_after(last.span, comment.span));
            self.out.extend(std::iter::repeat_n(' ', blanks));
            self.out.push_str(comment_text(self.source, comment));
        }
        std::mem::take(&mut self.out)
    }

    /// As many blanks as are written before the comment, and one at least: comments of several lines may be aligned.
    fn blanks_after(&self, last: Span, comment: Span) -> usize {
        let gap = self.between(last, comment);
        let is_plain = gap.bytes().all(|byte| byte == b' ');
        if is_plain { gap.len().max(1) } else { 1 }
    }

    fn between(&self, one: Span, other: Span) -> &'a str {
        Span::new(one.end, other.start).text(self.source)
    }

    fn token(&mut self, token: Token) {
        if !self.out.is_empty() && self.last.is_some_and(|last| self.wants_blank(last, token)) {
            self.out.push(' ');
        }
        self.out.push_str(token.span.text(self.source));
        let is_tight = self.is_tight(token);
        let is = self.role(token);
        if token.kind.opens() {
            self.brackets.push(token.kind);
        } else if token.kind.closes() {
            self.brackets.pop();
        }
        self.last = Some(Written {
            token,
            is,
            is_tight,
        });
        self.count += 1;
    }

    fn text(&self, token: Token) -> &'a str {
        token.span.text(self.source)
    }

    fn role(&self, token: Token) -> Is {
        let is_member = self
            .last
            .is_some_and(|last| last.token.kind == TokenKind::Dot);
        match token.kind {
            TokenKind::Name if is_member => Is::Member,
            TokenKind::Name => self.word(token),
            kind if is_literal(kind) || kind.closes() || kind == TokenKind::Var => Is::Value,
            _ => Is::Before,
        }
    }

    fn word(&self, token: Token) -> Is {
        let is_first = self.begins();
        match self.text(token) {
            "True" | "False" | "None" => Is::Value,
            word if CONNECTING.contains(&word) => Is::Leading,
            word if is_first && LEADING.contains(&word) => Is::Leading,
            word if is_first && LIKE_FUNCTIONS.contains(&word) => Is::LikeFunction,
            _ if self.last.is_some_and(|last| last.is.is_name()) => Is::Phrase,
            _ => Is::Name,
        }
    }

    /// Whether a statement begins here, or goes on after `$x =` or `or`, as in `or when`.
    fn begins(&self) -> bool {
        let is_or = |last: Written| last.is == Is::Leading && self.text(last.token) == "or";
        self.last.is_none_or(|last| {
            self.brackets.is_empty()
                && self.count <= 2
                && (is_or(last) || last.token.kind == TokenKind::Assign)
        })
    }

    /// Whether nothing stands between this token and the one after it.
    fn is_tight(&self, token: Token) -> bool {
        match token.kind {
            kind if kind.opens() => true,
            TokenKind::Dot | TokenKind::Ellipsis => true,
            TokenKind::Assign => !self.is_assignment(),
            TokenKind::Colon => self.is_slice(),
            TokenKind::Minus | TokenKind::Plus | TokenKind::Tilde => self.is_sign(token),
            TokenKind::Star | TokenKind::DoubleStar => self.expects_value(),
            TokenKind::At => self.last.is_none(),
            _ => false,
        }
    }

    /// Whether a `=` at this place assigns to the variable with which the statement begins.
    fn is_assignment(&self) -> bool {
        self.count == 1
            && self
                .last
                .is_some_and(|last| last.token.kind == TokenKind::Var)
    }

    fn is_slice(&self) -> bool {
        self.brackets.last() == Some(&TokenKind::LBracket)
    }

    fn expects_value(&self) -> bool {
        self.last.is_none_or(|last| match last.is {
            Is::Before | Is::Leading | Is::LikeFunction => true,
            Is::Value | Is::Name | Is::Phrase | Is::Member => false,
        })
    }

    /// Whether `-` and the like stand before a value, not between two.
    fn is_sign(&self, sign: Token) -> bool {
        let Some(last) = self.last.filter(|last| last.is.is_name()) else {
            return self.expects_value();
        };
        // Outside of brackets a name is a flow, and this is its first argument.
        self.brackets.is_empty() || self.looks_like_sign(last.token, sign)
    }

    fn looks_like_sign(&self, name: Token, sign: Token) -> bool {
        let after = self
            .source
            .get(sign.span.end as usize..)
            .unwrap_or_default();
        let is_apart = |text: &str| text.starts_with([' ', '\t', '\r', '\n']);
        is_apart(self.between(name.span, sign.span)) && !is_apart(after)
    }

    fn wants_blank(&self, last: Written, token: Token) -> bool {
        let follows_number = matches!(last.token.kind, TokenKind::Int | TokenKind::Float);
        if is_worded(last.token.kind) && is_worded(token.kind) {
            return true;
        }
        match token.kind {
            _ if last.is_tight => false,
            TokenKind::Dot => follows_number,
            TokenKind::Comma | TokenKind::Colon => false,
            kind if kind.closes() => false,
            TokenKind::LParen => self.wants_blank_before_paren(last, token),
            TokenKind::LBracket => self.wants_blank_before_bracket(last, token),
            TokenKind::Assign => self.is_assignment(),
            _ => true,
        }
    }

    fn wants_blank_before_paren(&self, last: Written, token: Token) -> bool {
        match last.is {
            Is::Name | Is::Member => false,
            // Some authors write `user said ("hello")`.
            Is::LikeFunction | Is::Phrase => self.is_apart(last, token),
            Is::Value | Is::Leading | Is::Before => true,
        }
    }

    /// After a value an index begins; after a name an index, or a list that is an argument.
    fn wants_blank_before_bracket(&self, last: Written, token: Token) -> bool {
        match last.is {
            Is::Value | Is::Member => false,
            Is::Name | Is::Phrase => self.is_apart(last, token),
            Is::LikeFunction | Is::Leading | Is::Before => true,
        }
    }

    fn is_apart(&self, last: Written, token: Token) -> bool {
        !self.between(last.token.span, token.span).is_empty()
    }
}

fn is_literal(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Int | TokenKind::Float | TokenKind::Str | TokenKind::LongStr | TokenKind::Broken
    )
}

/// Whether two of them in a row would be one.
fn is_worded(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name | TokenKind::Var | TokenKind::Int | TokenKind::Float
    )
}
