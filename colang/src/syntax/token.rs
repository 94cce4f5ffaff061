//! Tokens: the output of the lexer and the input of the parser.
//!
//! Keywords are plain names; the parser decides by position, because flow names may contain most of them.

use crate::source::Span;

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// Kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Name,
    Var,
    Int,
    Float,
    /// A string on one line, quotes included.
    Str,
    /// A string in three quotes.
    LongStr,
    /// A string or number that has already been reported.
    Broken,
    /// Characters that have already been reported.
    Unknown,
    Newline,
    Indent,
    Dedent,
    Eof,
    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Comma,
    Colon,
    Dot,
    Ellipsis,
    Arrow,
    Assign,
    PlusAssign,
    MinusAssign,
    /// `*=` and similar, which Colang does not have.
    OtherAssign,
    Plus,
    Minus,
    Star,
    DoubleStar,
    Slash,
    DoubleSlash,
    Percent,
    At,
    Ampersand,
    Pipe,
    Caret,
    Tilde,
    ShiftLeft,
    ShiftRight,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    EqualEqual,
    NotEqual,
    LessGreater,
}

/// Punctuation, longest first.
pub(crate) const PUNCTUATION: &[(&str, TokenKind)] = &[
    ("...", TokenKind::Ellipsis),
    ("**=", TokenKind::OtherAssign),
    ("//=", TokenKind::OtherAssign),
    ("<<=", TokenKind::OtherAssign),
    (">>=", TokenKind::OtherAssign),
    ("->", TokenKind::Arrow),
    ("+=", TokenKind::PlusAssign),
    ("-=", TokenKind::MinusAssign),
    ("*=", TokenKind::OtherAssign),
    ("/=", TokenKind::OtherAssign),
    ("%=", TokenKind::OtherAssign),
    ("@=", TokenKind::OtherAssign),
    ("&=", TokenKind::OtherAssign),
    ("|=", TokenKind::OtherAssign),
    ("^=", TokenKind::OtherAssign),
    ("**", TokenKind::DoubleStar),
    ("//", TokenKind::DoubleSlash),
    ("<<", TokenKind::ShiftLeft),
    (">>", TokenKind::ShiftRight),
    ("<=", TokenKind::LessEqual),
    (">=", TokenKind::GreaterEqual),
    ("==", TokenKind::EqualEqual),
    ("!=", TokenKind::NotEqual),
    ("<>", TokenKind::LessGreater),
    ("(", TokenKind::LParen),
    (")", TokenKind::RParen),
    ("[", TokenKind::LBracket),
    ("]", TokenKind::RBracket),
    ("{", TokenKind::LBrace),
    ("}", TokenKind::RBrace),
    (",", TokenKind::Comma),
    (":", TokenKind::Colon),
    (".", TokenKind::Dot),
    ("=", TokenKind::Assign),
    ("+", TokenKind::Plus),
    ("-", TokenKind::Minus),
    ("*", TokenKind::Star),
    ("/", TokenKind::Slash),
    ("%", TokenKind::Percent),
    ("@", TokenKind::At),
    ("&", TokenKind::Ampersand),
    ("|", TokenKind::Pipe),
    ("^", TokenKind::Caret),
    ("~", TokenKind::Tilde),
    ("<", TokenKind::Less),
    (">", TokenKind::Greater),
];

impl TokenKind {
    /// Whether a line or the source ends here.
    pub(crate) fn ends_line(self) -> bool {
        matches!(
            self,
            Self::Newline | Self::Indent | Self::Dedent | Self::Eof
        )
    }

    /// Whether the lexer has already reported it.
    pub(crate) fn is_reported(self) -> bool {
        matches!(self, Self::Broken | Self::Unknown)
    }

    pub(crate) fn opens(self) -> bool {
        matches!(self, Self::LParen | Self::LBracket | Self::LBrace)
    }

    pub(crate) fn closes(self) -> bool {
        matches!(self, Self::RParen | Self::RBracket | Self::RBrace)
    }
}

/// Whether a name can begin with this character.
pub(crate) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether a name can contain this character.
pub(crate) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
