//! Specs and their groups: the operands of `match`, `await`, `start` and similar statements.

use crate::diagnostic::Code;
use crate::syntax::ast::{Argument, ArgumentKind, Ident, Spec, SpecGroup, SpecMember, SpecTarget};
use crate::syntax::token::{Token, TokenKind};

use super::{Parse, Parser};

/// Words that end a name.
const ENDS_NAME: [&str; 6] = ["and", "or", "as", "None", "True", "False"];

impl Parser<'_> {
    /// Specs joined by `or`, `and`, parentheses; `and` binds tighter.
    pub(super) fn group(&mut self) -> Parse<SpecGroup> {
        let first = self.and_group()?;
        let mut members = vec![first];
        while self.eat_word("or").is_some() {
            members.push(self.and_group()?);
        }
        Ok(one_or(members, SpecGroup::Or))
    }

    fn and_group(&mut self) -> Parse<SpecGroup> {
        let first = self.group_atom()?;
        let mut members = vec![first];
        while self.eat_word("and").is_some() {
            members.push(self.group_atom()?);
        }
        Ok(one_or(members, SpecGroup::And))
    }

    fn group_atom(&mut self) -> Parse<SpecGroup> {
        match self.peek().kind {
            TokenKind::LParen => self.nested(Self::parenthesised_group),
            TokenKind::Var | TokenKind::Name => self.spec(),
            _ => Err(self.no_spec()),
        }
    }

    fn no_spec(&mut self) -> super::Reported {
        let wanted = "a flow, an action, an event or a variable";
        let help = match self.peek().kind {
            TokenKind::Str | TokenKind::LongStr => {
                let text = self.text(self.peek());
                format!("a text is no event; wait for one that carries it: `user said {text}`")
            }
            kind if kind.ends_line() => {
                "name what it is about; a group goes on with a line that begins with `and` or `or`"
                    .to_owned()
            }
            _ => "names are words of letters, digits and `_`".to_owned(),
        };
        self.unexpected_with(wanted, help)
    }

    /// `(a and b)`, or a single spec in parentheses that continues after them: `(long job).Finished()`.
    fn parenthesised_group(&mut self) -> Parse<SpecGroup> {
        let open = self.bump();
        let inner = self.group()?;
        self.close(open, TokenKind::RParen)?;
        match inner {
            SpecGroup::Spec(mut spec) if spec.capture.is_none() => {
                spec.span = open.span.to(self.last_span());
                let is_plain = spec.arguments.is_empty() && spec.members.is_empty();
                if is_plain && !matches!(spec.target, SpecTarget::Reference(_)) {
                    spec.arguments = self.spec_arguments()?;
                }
                self.rest_of_spec(*spec)
            }
            SpecGroup::Spec(_) | SpecGroup::And(_) | SpecGroup::Or(_) => {
                self.nothing_after_group()?;
                Ok(inner)
            }
        }
    }

    fn nothing_after_group(&mut self) -> Parse<()> {
        if self.at_word("as") {
            return Err(self.unexpected_with(
                "the end of the group",
                "`as` names a single flow, action or event of the group",
            ));
        }
        if self.at(TokenKind::Dot) {
            return Err(self.unexpected_with(
                "the end of the group",
                "members belong to a single flow, action or event",
            ));
        }
        Ok(())
    }

    fn spec(&mut self) -> Parse<SpecGroup> {
        let first = self.peek();
        let target = if first.kind == TokenKind::Var {
            self.bump();
            SpecTarget::Reference(self.ident(first))
        } else {
            SpecTarget::named(self.spec_name()?)
        };
        let arguments = match target {
            SpecTarget::Reference(_) => Vec::new(),
            SpecTarget::Flow(_) | SpecTarget::Action(_) | SpecTarget::Event(_) => {
                self.spec_arguments()?
            }
        };
        self.rest_of_spec(Spec {
            target,
            arguments,
            members: Vec::new(),
            capture: None,
            span: first.span,
        })
    }

    /// Words up to one that cannot be part of a name.
    pub(super) fn spec_name(&mut self) -> Parse<Ident> {
        let first = self.peek();
        let mut words = Vec::new();
        while let Some(word) = self.word_at(0).filter(|word| !ENDS_NAME.contains(word)) {
            words.push(word);
            self.bump();
        }
        if words.is_empty() {
            let help = "`and`, `or`, `as`, `True`, `False` and `None` cannot be words of a name";
            return Err(self.unexpected_with("a name", help));
        }
        Ok(Ident {
            name: words.join(" "),
            span: first.span.to(self.last_span()),
        })
    }

    /// Members and `as $ref`.
    fn rest_of_spec(&mut self, mut spec: Spec) -> Parse<SpecGroup> {
        while self.at(TokenKind::Dot) {
            spec.members.push(self.spec_member()?);
        }
        if self.eat_word("as").is_some() {
            spec.capture = Some(self.variable("a reference", "as ")?);
        }
        spec.span = spec.span.to(self.last_span());
        Ok(SpecGroup::Spec(Box::new(spec)))
    }

    fn spec_member(&mut self) -> Parse<SpecMember> {
        let dot = self.bump();
        let name = self.expect(
            TokenKind::Name,
            "the name of a member",
            "an event of a flow or action follows the dot: `.Finished()`",
        )?;
        let name = self.ident(name);
        let arguments = if self.at(TokenKind::LParen) {
            self.classic_arguments()?
        } else {
            Vec::new()
        };
        Ok(SpecMember {
            name,
            arguments,
            span: dot.span.to(self.last_span()),
        })
    }

    /// A variable, after the words `before`.
    pub(super) fn variable(&mut self, what: &str, before: &str) -> Parse<Ident> {
        let token = self.peek();
        match token.kind {
            TokenKind::Var => {
                self.bump();
                Ok(self.ident(token))
            }
            TokenKind::Name => {
                let name = self.text(token);
                let message = format!("{what} is a variable, and `{name}` has no `$`");
                let help = format!("write `{before}${name}`");
                Err(self.error(Code::BareName, token.span, message, help))
            }
            _ => {
                let help = format!("write a variable: `{before}$name`");
                Err(self.unexpected(&format!("the variable for {what}"), &help))
            }
        }
    }

    fn spec_arguments(&mut self) -> Parse<Vec<Argument>> {
        if self.at(TokenKind::LParen) {
            self.classic_arguments()
        } else {
            self.simple_arguments()
        }
    }

    /// `(1, name=2)`
    pub(super) fn classic_arguments(&mut self) -> Parse<Vec<Argument>> {
        let open = self.bump();
        let arguments = self.separated(open, TokenKind::RParen, Self::classic_argument)?;
        self.check_order(&arguments);
        self.check_names(&arguments);
        Ok(arguments)
    }

    fn classic_argument(&mut self) -> Parse<Argument> {
        let start = self.peek();
        let kind = self.argument_name()?;
        let value = self.expression()?;
        let span = start.span.to(self.last_span());
        Ok(Argument { kind, value, span })
    }

    fn check_order(&mut self, arguments: &[Argument]) {
        let is_named = |argument: &&Argument| matches!(argument.kind, ArgumentKind::Named(_));
        let named = arguments
            .iter()
            .position(|argument| is_named(&argument))
            .unwrap_or(arguments.len());
        for late in arguments
            .iter()
            .skip(named)
            .filter(|argument| !is_named(argument))
        {
            let message = "a positional argument stands after a named one";
            let help = "put the positional ones first, or name this one, too";
            self.error(Code::PositionalAfterNamed, late.span, message, help);
        }
    }

    fn check_names(&mut self, arguments: &[Argument]) {
        let mut seen = std::collections::HashSet::new();
        for argument in arguments {
            if let ArgumentKind::Named(name) = &argument.kind
                && !seen.insert(name.name.as_str())
            {
                let message = format!("the argument `{}` is given twice", name.name);
                self.warn(
                    Code::Duplicate,
                    name.span,
                    message,
                    "the last one counts; remove the others",
                );
            }
        }
    }

    /// `1 $name=2`, without parentheses and commas.
    fn simple_arguments(&mut self) -> Parse<Vec<Argument>> {
        let mut arguments = Vec::new();
        while self.at_simple_argument(arguments.is_empty()) {
            arguments.push(self.simple_argument()?);
        }
        self.check_names(&arguments);
        Ok(arguments)
    }

    fn at_simple_argument(&self, is_first: bool) -> bool {
        match self.peek().kind {
            TokenKind::Var
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Str
            | TokenKind::LongStr => true,
            TokenKind::Broken | TokenKind::Ellipsis | TokenKind::LBracket | TokenKind::LBrace => {
                true
            }
            TokenKind::Minus | TokenKind::Plus | TokenKind::Tilde => is_first,
            TokenKind::LParen => !is_first,
            TokenKind::Name => {
                let is_const = matches!(self.word_at(0), Some("None" | "True" | "False"));
                let is_call = !is_first
                    && !self
                        .word_at(0)
                        .is_some_and(|word| ENDS_NAME.contains(&word));
                is_const || (is_call && self.nth(1).kind == TokenKind::LParen)
            }
            _ => false,
        }
    }

    fn simple_argument(&mut self) -> Parse<Argument> {
        let start = self.peek();
        let is_named = start.kind == TokenKind::Var && self.nth(1).kind == TokenKind::Assign;
        let kind = if is_named {
            self.bump();
            self.bump();
            ArgumentKind::Named(self.ident(start))
        } else {
            ArgumentKind::Positional
        };
        let value = self.simple_expression()?;
        Ok(Argument {
            kind,
            value,
            span: start.span.to(self.last_span()),
        })
    }

    /// What may have been meant by an unexpected token after a spec.
    pub(super) fn advice_after_spec(&self, token: Token) -> Option<&'static str> {
        Some(match token.kind {
            TokenKind::Assign => "name arguments `$name=value`, or `name=value` in parentheses",
            TokenKind::Comma => "separate arguments with blanks, or put all of them in parentheses",
            TokenKind::Colon => "a colon ends `if`, `while`, `when` and `else` only",
            TokenKind::Minus => {
                "names are words of letters, digits and `_`; write blanks instead of `-`"
            }
            TokenKind::Name => "all words of a name stand before its arguments",
            TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                "no open bracket matches it here"
            }
            TokenKind::Less | TokenKind::Greater | TokenKind::EqualEqual | TokenKind::NotEqual => {
                "put the arguments in parentheses to compare in them"
            }
            _ => return None,
        })
    }
}

/// A name in a script without case could be a flow or an event. The statement decides: only events without members
/// are matched and sent, and only flows can be awaited.
pub(super) fn settle_caseless(group: &mut SpecGroup, waits_for_events: bool) {
    match group {
        SpecGroup::And(members) | SpecGroup::Or(members) => {
            for member in members {
                settle_caseless(member, waits_for_events);
            }
        }
        SpecGroup::Spec(spec) => {
            let is_event = waits_for_events && spec.members.is_empty();
            if let SpecTarget::Event(name) = &spec.target
                && SpecTarget::is_caseless(&name.name)
                && !is_event
            {
                spec.target = SpecTarget::Flow(name.clone());
            }
        }
    }
}

fn one_or(mut members: Vec<SpecGroup>, many: fn(Vec<SpecGroup>) -> SpecGroup) -> SpecGroup {
    match members.pop() {
        Some(only) if members.is_empty() => only,
        Some(last) => {
            members.push(last);
            many(members)
        }
        None => many(members),
    }
}
