//! Recognises habits from Colang 1 and from other languages, so that the message can show what to write.

use crate::diagnostic::{Code, excerpt};
use crate::source::Span;
use crate::syntax::token::TokenKind;

use super::{Parser, Reported};

/// Words that begin a function in other languages.
const FUNCTION_WORDS: [&str; 4] = ["def", "function", "fn", "subflow"];

impl Parser<'_> {
    /// Reports the next statement if it begins as in another language. Its line remains to be skipped.
    pub(super) fn foreign_statement(&mut self) -> Option<Reported> {
        let (ahead, what, help) = match self.peek().kind {
            TokenKind::Name => self.foreign_word()?,
            TokenKind::Slash | TokenKind::DoubleSlash => {
                let text = self.text(self.peek());
                let is_block = text == "/" && self.nth(1).kind == TokenKind::Star;
                let what = if is_block { "/*" } else { text };
                let help = "a comment begins with `#`".to_owned();
                (
                    usize::from(is_block),
                    format!("`{what}` begins no comment"),
                    help,
                )
            }
            _ => return None,
        };
        let span = self.peek().span.to(self.nth(ahead).span);
        Some(self.error(Code::ForeignForm, span, what, help))
    }

    /// How many more words it has, what is wrong, and what to write.
    fn foreign_word(&self) -> Option<(usize, String, String)> {
        let word = self.word_at(0)?;
        let next = self.nth(1);
        let text = excerpt(self.text(next));
        let is_name = next.kind == TokenKind::Name;
        let of_colang_1 =
            |help: &str| Some((1, format!("`{word} ...` is of Colang 1"), help.to_owned()));
        match word {
            "execute" if is_name && text.starts_with(char::is_uppercase) => {
                let action = text.strip_suffix("Action").unwrap_or(&text);
                let help = format!("await the action: `await {action}Action(…)`");
                Some((0, "`execute` is of Colang 1".to_owned(), help))
            }
            "for" if self.word_at(2) == Some("in") && (!is_name || self.has_body()) => {
                let help = "count instead: `while $i < len($list)`, with `$list[$i]` and `$i += 1` in its body";
                Some((0, "Colang has no `for`".to_owned(), help.to_owned()))
            }
            "try" | "except" | "finally" if self.opens_body(1) => {
                let help = "call a flow that may fail with `when`; what stands below its `else` runs if it fails";
                Some((0, format!("Colang has no `{word}`"), help.to_owned()))
            }
            "stop" if next.kind.ends_line() => {
                let help = "write `abort` to end the flow as failed, or `return`";
                Some((0, "`stop` alone is of Colang 1".to_owned(), help.to_owned()))
            }
            "user" if next.kind == TokenKind::Ellipsis => {
                of_colang_1("wait for whatever the user says with `user said something`")
            }
            "bot" if next.kind == TokenKind::Ellipsis => of_colang_1(
                "let a model write it with `bot say something like \"…\"` of the library `llm`",
            ),
            _ if next.kind == TokenKind::Assign => {
                let word = excerpt(word);
                let what = format!("only variables can be assigned to, and `{word}` has no `$`");
                Some((0, what, format!("write `${word} = …`")))
            }
            _ => None,
        }
    }

    fn opens_body(&self, ahead: usize) -> bool {
        match self.nth(ahead).kind {
            TokenKind::Colon => self.opens_body(ahead + 1),
            TokenKind::Newline => self.nth(ahead + 1).kind == TokenKind::Indent,
            _ => false,
        }
    }

    /// The advice for a line that ends a header as other languages do.
    pub(super) fn foreign_header_end(&self) -> Option<&'static str> {
        match self.peek().kind {
            TokenKind::LBrace => Some("leave out the braces; the body is what is indented"),
            TokenKind::Name if self.at_word("then") => {
                Some("leave out `then`; the body begins on the next line")
            }
            _ => None,
        }
    }

    /// The kind of the next definition, if it is one of Colang 1.
    pub(super) fn defined_kind(&self) -> Option<&str> {
        let kind = self.word_at(1).filter(|_| self.at_word("define"))?;
        ["user", "bot", "flow", "subflow"]
            .contains(&kind)
            .then_some(kind)
    }

    /// A definition of Colang 1, with its body: one mistake, whatever it contains.
    pub(super) fn colang_1_definition(&mut self) -> bool {
        let Some(kind) = self.defined_kind() else {
            return false;
        };
        let first = self.peek().span;
        let header = first.to(self.nth(1).span);
        let name = self.rest_of_line(2);
        let help = match kind {
            "user" => {
                format!("write `flow user {name}`, and in it `user said \"…\" or user said \"…\"`")
            }
            "bot" => format!("write `flow bot {name}`, and in it `bot say \"…\"`"),
            _ => format!("write `flow {name}`, and in it `user said \"…\"` and `bot say \"…\"`"),
        };
        self.skip_line();
        if self.eat(TokenKind::Indent).is_some() {
            self.skip_block();
        }
        let end = self.peek().span.start;
        let is_within = |span: Span| first.start <= span.start && span.start < end;
        self.diagnostics.retain(|known| !is_within(known.span));
        self.error(Code::ForeignForm, header, "`define` is of Colang 1", help);
        true
    }

    /// The rest of the line after its first words, up to the end of a name.
    fn rest_of_line(&self, skip: usize) -> String {
        let words = (skip..).map_while(|ahead| self.word_at(ahead));
        let words: Vec<_> = words.take(20).collect();
        match words.is_empty() {
            true => "name".to_owned(),
            false => excerpt(&words.join(" ")).into_owned(),
        }
    }

    /// `def main():` and similar, with their bodies.
    pub(super) fn foreign_function(&mut self) -> bool {
        let first = usize::from(self.at_word("async"));
        let is_it = self
            .word_at(first)
            .is_some_and(|word| FUNCTION_WORDS.contains(&word));
        if !is_it || self.word_at(first + 1).is_none() || !self.has_body() {
            return false;
        }
        let span = self.peek().span.to(self.nth(first).span);
        let (word, name) = (span.text(self.source), self.rest_of_line(first + 1));
        let message = format!("expected a flow, found `{word}`");
        self.error(
            Code::ForeignForm,
            span,
            message,
            format!("write `flow {name}`"),
        );
        self.skip_line();
        self.body_or_nothing();
        true
    }

    /// `else when` in place of `or when`.
    pub(super) fn else_when(&mut self, help: &str) {
        let span = self.bump().span.to(self.peek().span);
        self.error(Code::ForeignForm, span, "`else when` is of Colang 1", help);
    }

    pub(super) fn at_else_when(&self) -> bool {
        self.at_word("else") && self.word_at(1) == Some("when")
    }
}
