//! Reports what is wrong at a token, and finds a place to continue.

use crate::diagnostic::{Code, Diagnostic, excerpt};
use crate::syntax::token::{Token, TokenKind};

use super::{Parse, Parser, Reported};

impl Parser<'_> {
    /// Reports that the next token is not what was expected, unless the lexer has reported it. The token found may
    /// lead to better advice than `help`.
    pub(super) fn unexpected(&mut self, wanted: &str, help: &str) -> Reported {
        let help = self.advice_at(self.peek()).unwrap_or(help);
        self.unexpected_with(wanted, help)
    }

    /// Like [`Self::unexpected`], with this advice whatever was found.
    pub(super) fn unexpected_with(&mut self, wanted: &str, help: impl Into<String>) -> Reported {
        let token = self.peek();
        if token.kind.is_reported() {
            return Reported;
        }
        let message = format!("expected {wanted}, found {}", self.describe(token));
        self.error(Code::Unexpected, token.span, message, help)
    }

    /// Describes a token for people.
    pub(super) fn describe(&self, token: Token) -> String {
        match token.kind {
            TokenKind::Newline | TokenKind::Dedent => "the end of the line".to_owned(),
            TokenKind::Indent => "an indented line".to_owned(),
            TokenKind::Eof if self.in_hole => "the end of the braces".to_owned(),
            TokenKind::Eof => "the end of the text".to_owned(),
            TokenKind::Str | TokenKind::LongStr => "a string".to_owned(),
            TokenKind::Int | TokenKind::Float => {
                format!("the number `{}`", excerpt(self.text(token)))
            }
            TokenKind::Var => format!("the variable `{}`", excerpt(self.text(token))),
            _ => format!("`{}`", excerpt(self.text(token))),
        }
    }

    /// Advice that depends only on the token found.
    fn advice_at(&self, token: Token) -> Option<&'static str> {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let is_double = last.is_some_and(|last| last.kind == token.kind);
        Some(match token.kind {
            TokenKind::Ampersand if is_double => "write `and` for `&&`",
            TokenKind::Pipe if is_double => "write `or` for `||`",
            TokenKind::Assign => {
                "compare with `==`; assign on a line that begins with the variable: `$x = …`"
            }
            TokenKind::Str | TokenKind::LongStr => {
                "join texts with `+`, or write values into the text: \"… {$x} …\""
            }
            _ => return None,
        })
    }

    /// Skips to the next line, unless a broken statement was already skipped with its body.
    pub(super) fn skip_broken(&mut self) {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if last.is_some_and(|token| !token.kind.ends_line()) {
            self.skip_line();
        }
    }

    /// Skips the rest of the line, but not an indented block below it.
    pub(super) fn skip_line(&mut self) {
        while !self.peek().kind.ends_line() {
            self.bump();
        }
        self.eat(TokenKind::Newline);
    }

    /// Skips a block and its `Dedent`, after its `Indent`.
    pub(super) fn skip_block(&mut self) {
        let mut open = 1;
        while open > 0 && !self.at(TokenKind::Eof) {
            match self.bump().kind {
                TokenKind::Indent => open += 1,
                TokenKind::Dedent => open -= 1,
                _ => {}
            }
        }
    }

    /// Parses comma-separated items in brackets, after the opening one. A broken item does not hide mistakes in those
    /// after it.
    pub(super) fn separated<T>(
        &mut self,
        open: Token,
        close: TokenKind,
        mut item: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<Vec<T>> {
        let mut items = Vec::new();
        let mut broken = false;
        while self.eat(close).is_none() {
            match item(self) {
                Ok(item) => items.push(item),
                Err(Reported) if self.skip_item(close) => broken = true,
                Err(Reported) => return Err(Reported),
            }
            if self.eat(TokenKind::Comma).is_none() && !self.at(close) {
                self.unclosed_or_unexpected(open, close);
                if !self.skip_item(close) {
                    return Err(Reported);
                }
                broken = true;
                self.eat(TokenKind::Comma);
            }
        }
        if broken { Err(Reported) } else { Ok(items) }
    }

    /// Expects the closing bracket.
    pub(super) fn close(&mut self, open: Token, close: TokenKind) -> Parse<()> {
        if self.eat(close).is_some() {
            return Ok(());
        }
        Err(self.unclosed_or_unexpected(open, close))
    }

    fn unclosed_or_unexpected(&mut self, open: Token, close: TokenKind) -> Reported {
        let bracket = closing(close);
        if !self.in_hole && self.unclosed.binary_search(&open.span.start).is_ok() {
            let message = format!("`{}` is never closed", self.text(open));
            let found = format!("`{bracket}` was expected before this");
            let diagnostic =
                Diagnostic::error(Code::UnbalancedBracket, self.source_id, open.span, message)
                    .with_related(self.peek().span, found)
                    .with_help(format!("add `{bracket}` where it ends"));
            return self.report(diagnostic);
        }
        let wanted = format!("`,` or `{bracket}`");
        let help = format!("separate parts with commas, and close with `{bracket}`");
        self.unexpected(&wanted, &help)
    }

    /// Skips to the next comma or closing bracket of this level; `false` if the line ends first.
    fn skip_item(&mut self, close: TokenKind) -> bool {
        let mut open = 0_u32;
        loop {
            let kind = self.peek().kind;
            if kind.ends_line() {
                return false;
            }
            if open == 0 && (kind == TokenKind::Comma || kind == close) {
                return true;
            }
            if kind.opens() {
                open += 1;
            } else if kind.closes() {
                if open == 0 {
                    return false;
                }
                open -= 1;
            }
            self.bump();
        }
    }
}

fn closing(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::RBracket => "]",
        TokenKind::RBrace => "}",
        _ => ")",
    }
}
