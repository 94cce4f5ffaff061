//! The words of a source as a reader sees them, for editors: comments, strings, variables, keywords.
//!
//! Colang has no reserved words besides `and`, `or`, `as` and the constants: most keywords may be words of a name. Here a
//! word counts as a keyword by its place in the line, as it would for a reader. The tree knows better.

use crate::source::{SourceId, Span, offset};

use super::lexer::{lex, lex_hole};
use super::string::{Piece, content, pieces};
use super::token::{Token, TokenKind};

/// What a part of a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LexemeKind {
    /// From `#` to the end of the line.
    Comment,
    /// A string with its quotes, or a part of one between two pairs of braces.
    String,
    /// `$name`
    Variable,
    /// `1`, `2.5`
    Number,
    /// `True`, `False`, `None`
    Constant,
    /// A word that begins a statement, such as `await`, or joins what stands beside it, such as `and`.
    Keyword,
    /// Any other word.
    Name,
    /// An operator, such as `+` and `->`.
    Operator,
    /// Brackets, commas, colons and dots; the braces in a string, too.
    Punctuation,
    /// What the lexer does not understand.
    Unknown,
}

/// A part of a source and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexemeKind,
    /// Its place.
    pub span: Span,
}

/// The words that may begin a statement.
pub const STATEMENT_WORDS: [&str; 24] = [
    "flow",
    "import",
    "match",
    "await",
    "start",
    "stop",
    "activate",
    "deactivate",
    "send",
    "when",
    "orwhen",
    "if",
    "elif",
    "else",
    "while",
    "return",
    "log",
    "print",
    "priority",
    "global",
    "abort",
    "break",
    "continue",
    "pass",
];

/// The words that join what stands beside them.
pub const JOINING_WORDS: [&str; 9] = ["and", "or", "not", "in", "is", "as", "if", "else", "for"];

/// Everything in a source that is no whitespace, in order. Nothing of a broken source is left out.
///
/// ```
/// use colang::syntax::{LexemeKind, lexemes};
///
/// let source = "flow main\n  bot say \"Hi {$name}\" # greets\n";
/// let lexemes = lexemes(source);
/// let words: Vec<_> = lexemes.iter().map(|lexeme| lexeme.span.text(source)).collect();
/// assert_eq!(words, ["flow", "main", "bot", "say", "\"Hi ", "{", "$name", "}", "\"", "# greets"]);
/// assert_eq!(lexemes[0].kind, LexemeKind::Keyword);
/// ```
#[must_use]
pub fn lexemes(source: &str) -> Vec<Lexeme> {
    if u32::try_from(source.len()).is_err() {
        return Vec::new();
    }
    let lexed = lex(SourceId(0), source);
    let mut reader = Reader::new(source);
    for token in lexed.tokens {
        reader.token(token);
    }
    let comments = lexed.comments.iter();
    reader.out.extend(comments.map(|comment| Lexeme {
        kind: LexemeKind::Comment,
        span: comment.span,
    }));
    reader.out.sort_by_key(|lexeme| lexeme.span.start);
    reader.out
}

struct Reader<'a> {
    source: &'a str,
    out: Vec<Lexeme>,
    /// The last token of the statement.
    last: Option<Token>,
    /// How many tokens of the statement were read.
    count: usize,
    /// Whether these are the words of the name of a flow that is defined.
    in_name: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            out: Vec::new(),
            last: None,
            count: 0,
            in_name: false,
        }
    }

    fn push(&mut self, kind: LexemeKind, span: Span) {
        if span.start < span.end {
            self.out.push(Lexeme { kind, span });
        }
    }

    fn token(&mut self, token: Token) {
        if token.kind.ends_line() {
            (self.last, self.count, self.in_name) = (None, 0, false);
            return;
        }
        match token.kind {
            TokenKind::Str | TokenKind::LongStr => self.string(token.span),
            kind => {
                let kind = self.kind(kind, token.span);
                self.push(kind, token.span);
            }
        }
        let text = token.span.text(self.source);
        let goes_on =
            self.in_name && token.kind == TokenKind::Name && !matches!(text, "and" | "or" | "as");
        self.in_name = goes_on || (self.count == 0 && text == "flow");
        self.last = Some(token);
        self.count += 1;
    }

    fn kind(&self, kind: TokenKind, span: Span) -> LexemeKind {
        match kind {
            TokenKind::Name => self.word(span.text(self.source)),
            TokenKind::Var => LexemeKind::Variable,
            TokenKind::Int | TokenKind::Float => LexemeKind::Number,
            TokenKind::Broken if span.text(self.source).starts_with(['"', '\'']) => {
                LexemeKind::String
            }
            TokenKind::Broken | TokenKind::Unknown => LexemeKind::Unknown,
            TokenKind::Comma | TokenKind::Colon | TokenKind::Dot => LexemeKind::Punctuation,
            kind if kind.opens() || kind.closes() => LexemeKind::Punctuation,
            _ => LexemeKind::Operator,
        }
    }

    fn word(&self, word: &str) -> LexemeKind {
        let is_after = |kind| self.last.is_some_and(|last| last.kind == kind);
        let is_statement = self.count == 0
            || (self.count == 2 && is_after(TokenKind::Assign))
            || (self.count == 1 && word == "when" && self.is_after_word("or"));
        match word {
            "and" | "or" | "as" => LexemeKind::Keyword,
            _ if self.in_name || is_after(TokenKind::Dot) || is_after(TokenKind::At) => {
                LexemeKind::Name
            }
            "True" | "False" | "None" => LexemeKind::Constant,
            _ if JOINING_WORDS.contains(&word) => LexemeKind::Keyword,
            _ if is_statement && STATEMENT_WORDS.contains(&word) => LexemeKind::Keyword,
            _ => LexemeKind::Name,
        }
    }

    fn is_after_word(&self, word: &str) -> bool {
        self.last
            .is_some_and(|last| last.span.text(self.source) == word)
    }

    /// The parts of a string: what stands between braces is an expression.
    fn string(&mut self, span: Span) {
        let mut start = span.start;
        let parts = pieces(self.source, content(self.source, span), true);
        for piece in parts.pieces {
            let Piece::Hole(hole) = piece else { continue };
            self.push(LexemeKind::String, Span::new(start, hole.start - 1));
            self.push(
                LexemeKind::Punctuation,
                Span::new(hole.start - 1, hole.start),
            );
            self.hole(hole);
            self.push(LexemeKind::Punctuation, Span::new(hole.end, hole.end + 1));
            start = hole.end + 1;
        }
        self.push(LexemeKind::String, Span::new(start, span.end));
    }

    fn hole(&mut self, hole: Span) {
        let mut inner = Reader::new(self.source);
        // No statement begins in braces.
        inner.count = STATEMENT_WORDS.len();
        for token in lex_hole(SourceId(0), self.source, hole).tokens {
            let is_string = matches!(token.kind, TokenKind::Str | TokenKind::LongStr);
            match is_string {
                true => inner.push(LexemeKind::String, token.span),
                false => inner.token(token),
            }
        }
        self.out.append(&mut inner.out);
    }
}

/// The place of the lexeme at an offset, or of the one that ends there.
#[must_use]
pub fn lexeme_at(lexemes: &[Lexeme], at: usize) -> Option<Lexeme> {
    let at = offset(at);
    let next = lexemes.partition_point(|lexeme| lexeme.span.start < at);
    let found = lexemes.get(next.checked_sub(1)?)?;
    (found.span.end >= at).then_some(*found)
}
