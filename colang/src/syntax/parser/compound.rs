//! Statements with bodies: `if`, `while`, `when`; and the bodies themselves.

use crate::diagnostic::{Code, excerpt};
use crate::source::Span;
use crate::syntax::ast::{Block, Expr, StmtKind, WhenCase};
use crate::syntax::token::{Token, TokenKind};

use super::spec::settle_caseless;
use super::{Parse, Parser, Reported};

impl Parser<'_> {
    pub(super) fn compound(&mut self, word: &str, end: &mut Span) -> Parse<Box<StmtKind>> {
        match word {
            "if" => self.if_statement(end),
            "while" => self.while_statement(end),
            _ => self.when_statement(end),
        }
    }

    fn while_statement(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        let header = self.bump();
        let test = self.header_part(header, end, Self::expression)?;
        let body = self.suite(header, None)?;
        Ok(Box::new(StmtKind::While { test, body }))
    }

    /// Parses the condition of a header; if it is broken, the body is still parsed to find mistakes in it.
    fn header_part<T>(
        &mut self,
        header: Token,
        end: &mut Span,
        part: fn(&mut Self) -> Parse<T>,
    ) -> Parse<T> {
        if self.at(TokenKind::Newline) || self.at(TokenKind::Colon) {
            let wanted = if self.text(header).ends_with("when") {
                "what to wait for"
            } else {
                "a condition"
            };
            self.unexpected_with(
                wanted,
                format!("`{}` needs one on its line", self.text(header)),
            );
        } else if let Ok(part) = part(self) {
            *end = self.last_span();
            return Ok(part);
        }
        self.skip_line();
        self.body_or_nothing();
        Err(Reported)
    }

    fn if_statement(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        let mut branches = Vec::new();
        let mut header = self.bump();
        let mut broken = self.branch(header, end, &mut branches);
        let mut later = *end;
        loop {
            if self.at_word("elif") {
                header = self.bump();
            } else if self.at_else_when() {
                self.else_when("write `else`, and the `when` on the next line, indented");
                let _told = self.when_statement(&mut later);
                broken = true;
                continue;
            } else if self.at_word("else") && self.word_at(1) == Some("if") {
                self.bump();
                header = self.bump();
            } else {
                break;
            }
            broken |= self.branch(header, &mut later, &mut branches);
        }
        let otherwise = self.otherwise(&mut broken);
        if broken {
            return Err(Reported);
        }
        Ok(Box::new(StmtKind::If {
            branches,
            otherwise,
        }))
    }

    /// A condition with its body; `true` if part of it is broken.
    fn branch(&mut self, header: Token, end: &mut Span, branches: &mut Vec<(Expr, Block)>) -> bool {
        let Ok(test) = self.header_part(header, end, Self::expression) else {
            return true;
        };
        let body = self.suite(header, None);
        body.map(|body| branches.push((test, body))).is_err()
    }

    fn otherwise(&mut self, broken: &mut bool) -> Option<Block> {
        let header = self.eat_word("else")?;
        let body = self.suite(header, None).ok();
        *broken |= body.is_none();
        body
    }

    fn when_statement(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        let mut cases = Vec::new();
        let header = self.bump();
        let mut broken = self.case(header, header.span, end, &mut cases);
        let mut later = *end;
        loop {
            let first = self.peek().span;
            if self.at_word("or") && self.word_at(1) == Some("when") {
                self.bump();
            } else if self.at_else_when() {
                self.else_when("write `or when`");
                broken = true;
            } else if !self.at_word("orwhen") {
                break;
            }
            let header = self.bump();
            broken |= self.case(header, first, &mut later, &mut cases);
        }
        let otherwise = self.otherwise(&mut broken);
        if broken {
            return Err(Reported);
        }
        Ok(Box::new(StmtKind::When { cases, otherwise }))
    }

    /// The specs of a case with its body; `true` if part of it is broken.
    fn case(
        &mut self,
        header: Token,
        first: Span,
        end: &mut Span,
        cases: &mut Vec<WhenCase>,
    ) -> bool {
        let Ok(mut group) = self.header_part(header, end, Self::group) else {
            return true;
        };
        settle_caseless(&mut group, false);
        let span = first.to(*end);
        let body = self.suite(header, None);
        body.map(|body| cases.push(WhenCase { group, body, span }))
            .is_err()
    }

    /// The body below a header that began at `header`, with the optional colon and line break before it. The header
    /// of a flow is given by the flow's name.
    pub(super) fn suite(&mut self, header: Token, flow: Option<&str>) -> Parse<Block> {
        let whole = header.span.to(self.last_span());
        self.eat(TokenKind::Colon);
        if !self.at(TokenKind::Newline) {
            let what = self.described_header(header, flow);
            self.end_of_header(&what);
            self.skip_line();
            self.body_or_nothing();
            return Err(Reported);
        }
        let line_end = self.bump().span;
        match self.body_or_nothing() {
            Some(block) => Ok(block),
            None if self.has_comment_body(whole, line_end) => Ok(Block::new()),
            None => {
                let message = format!("{} has no body", self.described_header(header, flow));
                let help = "indent at least one statement below it; `pass` does nothing";
                Err(self.error(Code::MissingBody, whole, message, help))
            }
        }
    }

    fn described_header(&self, header: Token, flow: Option<&str>) -> String {
        match flow {
            Some(name) => format!("the flow `{}`", excerpt(name)),
            None => format!("`{}`", self.text(header)),
        }
    }

    fn end_of_header(&mut self, what: &str) {
        if let Some(help) = self.foreign_header_end() {
            self.unexpected_with("the end of the line", help);
            return;
        }
        let is_statement = self.last_span().text(self.source) == ":";
        let help = match self.peek().kind {
            _ if is_statement => "the body begins on the next line, indented".to_owned(),
            TokenKind::Assign => "compare with `==`".to_owned(),
            TokenKind::LParen => "only functions and methods can be called".to_owned(),
            _ => format!(
                "the line of {what} ends after its condition; the body begins on the next line"
            ),
        };
        self.unexpected_with("the end of the line", help);
    }

    /// An indented block, if one comes.
    pub(super) fn body_or_nothing(&mut self) -> Option<Block> {
        self.eat(TokenKind::Indent)?;
        let mut block = Block::new();
        let inner = self.nested(|parser| {
            parser.statements(&mut block);
            Ok(())
        });
        match inner {
            Ok(()) => {
                self.eat(TokenKind::Dedent);
            }
            Err(Reported) => self.skip_block(),
        }
        Some(block)
    }

    /// Whether there is an indented comment in place of the body.
    fn has_comment_body(&self, header: Span, line_end: Span) -> bool {
        let line = self.source[..header.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let columns = self.source[line..].bytes().map_while(|byte| match byte {
            b' ' => Some(1),
            b'\t' => Some(8),
            _ => None,
        });
        let column: u32 = columns.sum();
        let next = self.peek().span.start;
        let first = self
            .comments
            .partition_point(|comment| comment.span.start < line_end.start);
        let mut between = self.comments[first..]
            .iter()
            .take_while(|comment| comment.span.start < next);
        between.any(|comment| comment.indent.is_some_and(|indent| indent > column))
    }
}
