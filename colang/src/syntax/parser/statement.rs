//! Statements and blocks.

use crate::diagnostic::{Code, closest, excerpt};
use crate::source::Span;
use crate::syntax::ast::{AssignOp, Block, Expr, SpecOp, SpecOpStmt, Stmt, StmtKind};
use crate::syntax::token::{Token, TokenKind};

use super::spec::settle_caseless;
use super::{Parse, Parser, Reported};

/// Words that may precede an event.
const OPERATORS: [&str; 9] = [
    "match",
    "send",
    "await",
    "start",
    "stop",
    "activate",
    "deactivate",
    "when",
    "return",
];

/// Keywords of statements with bodies.
const HEADERS: [&str; 6] = ["if", "elif", "else", "while", "when", "flow"];

impl Parser<'_> {
    /// Statements up to the end of the block; a broken one does not hide mistakes in the next.
    pub(super) fn statements(&mut self, block: &mut Block) {
        while !matches!(self.peek().kind, TokenKind::Eof | TokenKind::Dedent) {
            self.one_statement(block);
        }
    }

    /// One statement, and the lines below it that are indented without a reason.
    pub(super) fn one_statement(&mut self, block: &mut Block) {
        let mut broken = false;
        match self.peek().kind {
            TokenKind::Newline => {
                self.bump();
            }
            TokenKind::Indent => {}
            _ => broken = !self.statement_into(block),
        }
        if self.at(TokenKind::Indent) {
            self.stray_block(block, broken);
        }
    }

    /// Parses a statement; `false` if it is broken.
    fn statement_into(&mut self, block: &mut Block) -> bool {
        let start = self.at;
        let first = self.peek().span;
        let line = self.lines.line(first.start);
        let mut end = first;
        match self.statement(&mut end) {
            Ok(kind) => {
                let span = first.to(end);
                block.push(Stmt {
                    kind: *kind,
                    span,
                    line,
                });
                true
            }
            Err(Reported) => {
                if self.at == start {
                    self.bump();
                }
                self.skip_broken();
                false
            }
        }
    }

    /// A block without a header; its statements are parsed to find mistakes in them.
    fn stray_block(&mut self, block: &mut Block, is_told: bool) {
        if !is_told {
            self.stray_indentation(block);
        }
        self.bump();
        let inner = self.nested(|parser| {
            parser.statements(block);
            Ok(())
        });
        match inner {
            Ok(()) => {
                self.eat(TokenKind::Dedent);
            }
            Err(Reported) => self.skip_block(),
        }
    }

    fn stray_indentation(&mut self, before: &Block) {
        let line = self.nth(1).span;
        let typo = before.last().and_then(|stmt| {
            let text = stmt.span.text(self.source);
            let word = text.split_whitespace().next()?;
            Some((word, closest(word, HEADERS)?))
        });
        let help = match typo {
            Some((word, keyword)) => format!("did you mean `{keyword}` instead of `{word}` in the line above?"),
            None => "indent it like the line above; only `if`, `else`, `while`, `when` and `flow` open a block".to_owned(),
        };
        self.error(
            Code::UnexpectedIndentation,
            Span::new(line.start, line.start),
            "this line is indented for no reason",
            help,
        );
    }

    /// `end` becomes the last token of the statement or of its header. The result is boxed, because nested blocks
    /// must fit on a small stack.
    fn statement(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        if self.at(TokenKind::At) || self.starts_flow() {
            return self.nested_flow(end);
        }
        match self.word_at(0) {
            Some(word @ ("if" | "while" | "when")) => self.compound(word, end),
            Some(word @ ("else" | "elif" | "orwhen")) => Err(self.headless(word)),
            Some("or") if self.word_at(1) == Some("when") => Err(self.headless("or when")),
            _ => self.simple_statement(end),
        }
    }

    /// A statement of one line.
    fn simple_statement(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        if let Some(reported) = self.foreign_statement() {
            return Err(reported);
        }
        let kind = match self.peek().kind {
            TokenKind::Name => self.worded()?,
            TokenKind::Var => self.assignment()?,
            TokenKind::LParen => self.opening()?,
            TokenKind::LongStr => {
                let token = self.bump();
                StmtKind::DocString(self.plain_string(token))
            }
            TokenKind::Ellipsis => self.ellipsis()?,
            _ => return Err(self.no_statement()),
        };
        self.end_statement(end)?;
        Ok(Box::new(kind))
    }

    fn no_statement(&mut self) -> Reported {
        match self.peek().kind {
            TokenKind::Str => self.unexpected_with(
                "a statement",
                "a comment begins with `#`, a doc string with three quotes",
            ),
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                self.unexpected("a statement", "no open bracket matches it here")
            }
            _ => self.unexpected_with(
                "a statement",
                "an expression for its effect stands in parentheses: `($x.append(1))`",
            ),
        }
    }

    /// Expects the end of the line, which is not part of the statement.
    fn end_statement(&mut self, end: &mut Span) -> Parse<()> {
        *end = self.last_span();
        if self.eat(TokenKind::Newline).is_some() || self.at(TokenKind::Eof) {
            return Ok(());
        }
        let token = self.peek();
        Err(match self.advice_after_spec(token) {
            Some(help) => self.unexpected_with("the end of the line", help),
            None => self.unexpected(
                "the end of the line",
                "every statement has a line of its own",
            ),
        })
    }

    /// A statement of one line that begins with a word.
    fn worded(&mut self) -> Parse<StmtKind> {
        let word = self.peek();
        Ok(match self.text(word) {
            "return" => self.return_value()?,
            "abort" => self.alone(StmtKind::Abort),
            "break" => self.alone(StmtKind::Break),
            "continue" => self.alone(StmtKind::Continue),
            "pass" => self.alone(StmtKind::Pass),
            "log" => StmtKind::Log(self.after_word()?),
            "print" => StmtKind::Print(self.after_word()?),
            "priority" => StmtKind::Priority(self.after_word()?),
            "global" => {
                self.bump();
                StmtKind::Global(self.variable("a global", "global ")?)
            }
            "import" => self.idle_import()?,
            _ if self.nth(1).kind == TokenKind::Colon => {
                self.bump();
                self.bump();
                StmtKind::Label(self.ident(word))
            }
            _ => StmtKind::SpecOp(self.spec_op()?),
        })
    }

    fn idle_import(&mut self) -> Parse<StmtKind> {
        let import = self.import()?;
        let message = "an import inside of a flow has no effect";
        let help = "move it out of the flow, to the top of the file";
        self.warn(Code::Suspicious, import.span, message, help);
        Ok(StmtKind::Import)
    }

    fn alone(&mut self, kind: StmtKind) -> StmtKind {
        self.bump();
        kind
    }

    fn after_word(&mut self) -> Parse<Expr> {
        self.bump();
        self.expression()
    }

    fn headless(&mut self, word: &str) -> Reported {
        let (wanted, help) = match word {
            "orwhen" | "or when" => (
                "when",
                "`or when` follows the body of a `when`, at the same indentation",
            ),
            "elif" => (
                "if",
                "`elif` follows the body of an `if`, at the same indentation",
            ),
            _ => (
                "if` or `when",
                "`else` follows the body of an `if` or `when`, at the same indentation",
            ),
        };
        let message = format!("`{word}` without `{wanted}`");
        self.error(Code::MissingHeader, self.peek().span, message, help)
    }

    fn return_value(&mut self) -> Parse<StmtKind> {
        self.bump();
        if self.peek().kind.ends_line() {
            return Ok(StmtKind::Return(None));
        }
        let value = self.expression()?;
        if self.at(TokenKind::Comma) {
            return Err(self.unexpected_with(
                "the end of the line",
                "return several values as a list: `return [1, 2]`",
            ));
        }
        Ok(StmtKind::Return(Some(value)))
    }

    /// `[operator] group`.
    fn spec_op(&mut self) -> Parse<SpecOpStmt> {
        let op = self.word_at(0).and_then(SpecOp::from_word);
        if op.is_some() {
            self.bump();
        } else {
            self.check_first_word();
        }
        if let Some(reported) = self.foreign_statement() {
            return Err(reported);
        }
        let mut group = self.group()?;
        let waits_for_events = matches!(op, Some(SpecOp::Match | SpecOp::Send));
        settle_caseless(&mut group, waits_for_events);
        Ok(SpecOpStmt {
            op: op.unwrap_or(SpecOp::Await),
            group,
            return_var: None,
        })
    }

    /// A word right before an event is probably a misspelt keyword: flow names have no capitals.
    fn check_first_word(&mut self) {
        let token = self.peek();
        let next = self.nth(1);
        let text = self.text(token);
        let is_event =
            next.kind == TokenKind::Name && self.text(next).starts_with(char::is_uppercase);
        if is_event && let Some(keyword) = closest(text, OPERATORS) {
            let message = format!("`{text}` is read as the first word of an event's name");
            self.warn(
                Code::Suspicious,
                token.span,
                message,
                format!("did you mean `{keyword}`?"),
            );
        }
    }

    /// A line that begins with `(`: an expression, or a group of specs.
    fn opening(&mut self) -> Parse<StmtKind> {
        if self.starts_spec() {
            let mut group = self.group()?;
            settle_caseless(&mut group, false);
            return Ok(StmtKind::SpecOp(SpecOpStmt {
                op: SpecOp::Await,
                group,
                return_var: None,
            }));
        }
        Ok(StmtKind::Expr(self.expression()?))
    }

    /// Whether a name follows, possibly after parentheses, that is not a constant, operator or function.
    fn starts_spec(&self) -> bool {
        let mut ahead = 0;
        while self.nth(ahead).kind == TokenKind::LParen {
            ahead += 1;
        }
        let is_word = self
            .word_at(ahead)
            .is_some_and(|word| !matches!(word, "not" | "None" | "True" | "False"));
        is_word && self.nth(ahead + 1).kind != TokenKind::LParen
    }

    fn ellipsis(&mut self) -> Parse<StmtKind> {
        self.bump();
        if matches!(self.peek().kind, TokenKind::Str | TokenKind::LongStr) {
            return Err(self.unexpected_with(
                "the end of the line",
                "assign what is generated: `$x = ...` and the string",
            ));
        }
        Ok(StmtKind::Generate)
    }

    fn assignment(&mut self) -> Parse<StmtKind> {
        let variable = self.bump();
        let target = self.ident(variable);
        let op = match self.peek().kind {
            TokenKind::Assign => AssignOp::Set,
            TokenKind::PlusAssign => AssignOp::Add,
            TokenKind::MinusAssign => AssignOp::Subtract,
            _ => return Err(self.no_assignment(variable)),
        };
        self.bump();
        if op == AssignOp::Set && self.starts_spec_value() {
            self.check_constant();
            let mut spec_op = self.spec_op()?;
            spec_op.return_var = Some(target);
            return Ok(StmtKind::SpecOp(spec_op));
        }
        if self.starts_spec_value() {
            let message = "only values can be added or taken away";
            let help = format!(
                "assign the result first: `$value = {} …`",
                excerpt(self.text(self.peek()))
            );
            return Err(self.error(Code::InvalidAssignment, self.peek().span, message, help));
        }
        let value = self.expression()?;
        Ok(StmtKind::Assign { target, op, value })
    }

    fn starts_spec_value(&self) -> bool {
        self.word_at(0)
            .is_some_and(|word| SpecOp::from_word(word).is_some())
            || self.starts_spec()
    }

    /// `$x = true` awaits a flow called `true`.
    fn check_constant(&mut self) {
        let token = self.peek();
        let meant = match self.text(token) {
            "true" => "True",
            "false" => "False",
            "null" | "none" => "None",
            _ => return,
        };
        if self.nth(1).kind.ends_line() {
            let message = format!("`{}` is read as the name of a flow", self.text(token));
            self.warn(
                Code::Suspicious,
                token.span,
                message,
                format!("did you mean `{meant}`?"),
            );
        }
    }

    /// A line that begins with a variable and is not an assignment.
    fn no_assignment(&mut self, variable: Token) -> Reported {
        let name = self.text(variable);
        let token = self.peek();
        let is_double = self.nth(1).kind == token.kind;
        let help = match token.kind {
            TokenKind::OtherAssign => return self.other_assignment(name, token),
            TokenKind::Dot | TokenKind::LBracket => return self.no_plain_variable(name),
            TokenKind::EqualEqual => format!("assign with `{name} = …`"),
            TokenKind::Plus if is_double => format!("write `{name} += 1`"),
            TokenKind::Minus if is_double => format!("write `{name} -= 1`"),
            _ => format!("assign a value: `{name} = …`"),
        };
        self.unexpected_with("`=`", help)
    }

    /// `$x *= 2` and the like.
    fn other_assignment(&mut self, name: &str, token: Token) -> Reported {
        let op = self.text(token);
        let help = format!("write `{name} = {name} {} …`", op.trim_end_matches('='));
        let message = format!("there is no assignment with `{op}`");
        self.error(Code::InvalidAssignment, token.span, message, help)
    }

    /// `$x.y` or `$x[0]`, with an assignment after it or without.
    fn no_plain_variable(&mut self, name: &str) -> Reported {
        self.at -= 1;
        let Ok(expr) = self.simple_expression() else {
            return Reported;
        };
        let is_assigned = matches!(
            self.peek().kind,
            TokenKind::Assign | TokenKind::PlusAssign | TokenKind::MinusAssign
        );
        if is_assigned {
            let message = "only plain variables can be assigned to";
            let help = format!("change a dict by a method: `({name}.update({{\"key\": value}}))`");
            return self.error(Code::InvalidAssignment, expr.span, message, help);
        }
        let text = excerpt(expr.span.text(self.source));
        let help =
            format!("wait for an event with `match {text}`, or call a method with `({text})`");
        let message = "an expression is no statement";
        self.error(Code::InvalidAssignment, expr.span, message, help)
    }

    fn nested_flow(&mut self, end: &mut Span) -> Parse<Box<StmtKind>> {
        let flow = self.flow()?;
        *end = flow.name.span;
        let message = format!(
            "the flow `{}` is defined inside of another one and has no effect",
            flow.name.name
        );
        self.warn(
            Code::Suspicious,
            flow.name.span,
            message,
            "begin its line where the other flow's line begins",
        );
        Ok(Box::new(StmtKind::Flow(flow)))
    }
}
