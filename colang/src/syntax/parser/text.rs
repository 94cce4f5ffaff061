//! Strings in the tree: the text between the quotes, and the expressions in its braces.

use crate::diagnostic::{Code, excerpt};
use crate::source::Span;
use crate::syntax::ast::{ExprKind, FormatPart};
use crate::syntax::lexer::lex_hole;
use crate::syntax::string::{Piece, Pieces, content, pieces};
use crate::syntax::token::{Token, TokenKind};

use super::expr::Node;
use super::{Parse, Parser};

impl Parser<'_> {
    /// A string as a value.
    pub(super) fn string(&mut self, token: Token) -> Parse<Node> {
        let taken = self.take_apart(token, !self.plain_strings);
        let has_holes = taken.iter().any(|piece| matches!(piece, Piece::Hole(_)));
        if !has_holes {
            let text = taken.into_iter().map(plain).collect();
            return self.node(ExprKind::Str(text), token.span, 0);
        }
        let mut height = 0;
        let mut parts = Vec::with_capacity(taken.len());
        for piece in taken {
            parts.push(match piece {
                Piece::Text(text) => FormatPart::Text(text),
                Piece::Hole(span) => {
                    let node = self.hole(span)?;
                    height = height.max(node.height);
                    FormatPart::Expr(*node.expr)
                }
            });
        }
        self.node(ExprKind::Format(parts), token.span, height)
    }

    /// A string without interpolation.
    pub(super) fn plain_string(&mut self, token: Token) -> String {
        self.take_apart(token, false)
            .into_iter()
            .map(plain)
            .collect()
    }

    fn take_apart(&mut self, token: Token, holes: bool) -> Vec<Piece> {
        let Pieces {
            pieces,
            bad_escapes,
        } = pieces(self.source, content(self.source, token.span), holes);
        for span in bad_escapes {
            let message = format!("`{}` is not a character", span.text(self.source));
            let help = "write `\\xhh`, `\\uhhhh` or `\\Uhhhhhhhh` with the character's number, or `\\\\` for a backslash";
            self.error(Code::InvalidEscape, span, message, help);
        }
        pieces
    }

    /// Parses the expression in the braces of a string.
    fn hole(&mut self, span: Span) -> Parse<Node> {
        self.check_quantifier(span);
        let lexed = lex_hole(self.source_id, self.source, span);
        let before = self.diagnostics.len();
        for diagnostic in lexed.diagnostics {
            self.report(diagnostic);
        }
        let outer = (
            std::mem::replace(&mut self.tokens, lexed.tokens),
            self.at,
            self.in_hole,
        );
        (self.at, self.in_hole) = (0, true);
        let result = self.nested(Self::whole_hole);
        (self.tokens, self.at, self.in_hole) = outer;
        self.explain_hole(before, span);
        result
    }

    /// An expression, or several with commas, which form a tuple.
    fn whole_hole(&mut self) -> Parse<Node> {
        let first = self.test()?;
        let node = if self.at(TokenKind::Comma) {
            self.hole_tuple(first)?
        } else {
            first
        };
        if self.at(TokenKind::Eof) {
            Ok(node)
        } else {
            Err(self.unexpected("`}`", "braces hold one expression"))
        }
    }

    fn hole_tuple(&mut self, first: Node) -> Parse<Node> {
        let mut span = first.expr.span;
        let mut height = first.height;
        let mut members = vec![*first.expr];
        while self.eat(TokenKind::Comma).is_some() && !self.at(TokenKind::Eof) {
            let member = self.test()?;
            span = span.to(member.expr.span);
            height = height.max(member.height);
            members.push(*member.expr);
        }
        self.node(ExprKind::Tuple(members), span, height)
    }

    /// `{2,3}` is most likely meant as part of a regular expression.
    fn check_quantifier(&mut self, span: Span) {
        let text = span.text(self.source);
        if text.len() < 10
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b',')
        {
            let message = format!("`{{{text}}}` puts the value `{text}` into the text");
            let help =
                format!("write `{{{{{text}}}}}` to repeat something in a regular expression");
            self.warn(Code::Suspicious, span, message, help);
        }
    }

    /// Explains that a mistake is within the braces of a string.
    fn explain_hole(&mut self, before: usize, span: Span) {
        let text = excerpt(span.text(self.source));
        for diagnostic in self.diagnostics.iter_mut().skip(before) {
            let is_told = matches!(diagnostic.code, Code::TooDeep | Code::InvalidInterpolation);
            if diagnostic.is_error() && !is_told {
                diagnostic.code = Code::InvalidInterpolation;
                diagnostic.message = format!(
                    "`{{{text}}}` is not an expression in braces: {}",
                    diagnostic.message
                );
                let help = "write `{{` and `}}` for braces that are part of the text";
                diagnostic.help = Some(help.to_owned());
            }
        }
    }
}

fn plain(piece: Piece) -> String {
    match piece {
        Piece::Text(text) => text,
        Piece::Hole(_) => String::new(),
    }
}
