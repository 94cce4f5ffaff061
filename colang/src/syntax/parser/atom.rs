//! Operands: literals, variables, calls, attributes, indices, lists, dicts, sets, tuples.

use std::collections::HashSet;

use crate::diagnostic::Code;
use crate::source::Span;
use crate::syntax::ast::{
    Argument, ArgumentKind, Comprehension, ComprehensionKind, DictItem, Expr, ExprKind, ForClause,
    Subscript,
};
use crate::syntax::token::{Token, TokenKind};

use super::expr::Node;
use super::{BareName, Parse, Parser};

impl Parser<'_> {
    /// An atom with its attributes, methods and indices.
    pub(super) fn postfix(&mut self) -> Parse<Node> {
        let mut node = self.atom()?;
        loop {
            node = match self.peek().kind {
                TokenKind::Dot => self.member(node)?,
                TokenKind::LBracket => self.index(node)?,
                _ => return Ok(node),
            };
        }
    }

    fn member(&mut self, object: Node) -> Parse<Node> {
        self.bump();
        let name = self.expect(
            TokenKind::Name,
            "the name of an attribute",
            "names of attributes begin with a letter or `_`; for other keys write `$dict[\"key\"]`",
        )?;
        let name = self.ident(name);
        let mut height = object.height;
        let start = object.expr.span;
        let object = object.expr;
        let kind = if self.at(TokenKind::LParen) {
            let (arguments, inner) = self.call_arguments()?;
            height = height.max(inner);
            ExprKind::Method {
                object,
                name,
                arguments,
            }
        } else {
            ExprKind::Attribute { object, name }
        };
        let span = start.to(self.last_span());
        self.node(kind, span, height)
    }

    fn index(&mut self, object: Node) -> Parse<Node> {
        let open = self.bump();
        if self.at(TokenKind::RBracket) {
            return Err(self.unexpected_with("an index", "write which element: `$list[0]`"));
        }
        let mut height = object.height;
        let mark = self.at;
        let mut subscripts = self.separated(open, TokenKind::RBracket, |parser| {
            let (subscript, inner) = parser.subscript()?;
            height = height.max(inner);
            Ok(subscript)
        })?;
        let has_comma = self.at >= mark + 2 && self.tokens[self.at - 2].kind == TokenKind::Comma;
        let subscript = match subscripts.pop() {
            Some(only) if subscripts.is_empty() && !has_comma => only,
            Some(last) => {
                subscripts.push(last);
                Subscript::Tuple(subscripts)
            }
            None => Subscript::Tuple(subscripts),
        };
        let span = object.expr.span.to(self.last_span());
        let kind = ExprKind::Index {
            object: object.expr,
            subscript: Box::new(subscript),
        };
        self.node(kind, span, height)
    }

    fn subscript(&mut self) -> Parse<(Subscript, u32)> {
        let lower = self.slice_part()?;
        if self.at(TokenKind::Colon) {
            return self.slice(lower);
        }
        match lower {
            Some(index) => Ok((Subscript::Index(*index.expr), index.height)),
            None => Err(self.unexpected("an index", "write which element: `$list[0]`")),
        }
    }

    /// A slice, after its first colon.
    fn slice(&mut self, lower: Option<Node>) -> Parse<(Subscript, u32)> {
        self.bump();
        let upper = self.slice_part()?;
        let step = match self.eat(TokenKind::Colon) {
            Some(_) => self.slice_part()?,
            None => None,
        };
        let parts = [&lower, &upper, &step].into_iter().flatten();
        let height = parts.map(|part| part.height).max().unwrap_or(0);
        let [lower, upper, step] = [lower, upper, step].map(|part| part.map(|part| part.expr));
        Ok((Subscript::Slice { lower, upper, step }, height))
    }

    fn slice_part(&mut self) -> Parse<Option<Node>> {
        match self.peek().kind {
            TokenKind::Colon | TokenKind::Comma | TokenKind::RBracket => Ok(None),
            _ => self.test().map(Some),
        }
    }

    /// Arguments of a function or method, including parentheses, and the height of the highest.
    pub(super) fn call_arguments(&mut self) -> Parse<(Vec<Argument>, u32)> {
        let open = self.bump();
        let mut height = 0;
        let arguments = self.separated(open, TokenKind::RParen, |parser| {
            let (argument, inner) = parser.call_argument()?;
            height = height.max(inner);
            Ok(argument)
        })?;
        Ok((arguments, height))
    }

    fn call_argument(&mut self) -> Parse<(Argument, u32)> {
        let start = self.peek();
        let mark = self.bare.len();
        let kind = match start.kind {
            TokenKind::Star => {
                self.bump();
                ArgumentKind::Star
            }
            TokenKind::DoubleStar => {
                self.bump();
                ArgumentKind::DoubleStar
            }
            _ => self.argument_name()?,
        };
        let mut node = self.test()?;
        if self.at_word("for") && kind == ArgumentKind::Positional {
            node =
                self.comprehension(start.span, ComprehensionKind::Generator, mark, node, None)?;
        }
        let span = start.span.to(node.expr.span);
        Ok((
            Argument {
                kind,
                value: *node.expr,
                span,
            },
            node.height,
        ))
    }

    /// `name=` of an argument in parentheses, if there is one.
    pub(super) fn argument_name(&mut self) -> Parse<ArgumentKind> {
        if self.nth(1).kind != TokenKind::Assign {
            return Ok(ArgumentKind::Positional);
        }
        let name = self.peek();
        if name.kind == TokenKind::Var {
            let text = self.text(name);
            let message = format!("the argument `{text}` is named with `$` inside of parentheses");
            let help = format!(
                "write `{}=`, or leave out the parentheses",
                text.trim_start_matches('$')
            );
            return Err(self.error(Code::Unexpected, name.span, message, help));
        }
        if name.kind != TokenKind::Name {
            return Ok(ArgumentKind::Positional);
        }
        self.bump();
        self.bump();
        Ok(ArgumentKind::Named(self.ident(name)))
    }

    fn atom(&mut self) -> Parse<Node> {
        let token = self.peek();
        match token.kind {
            TokenKind::Var => {
                self.bump();
                let name = self.ident(token).name;
                self.node(ExprKind::Var(name), token.span, 0)
            }
            TokenKind::Int | TokenKind::Float => self.number(),
            TokenKind::Str | TokenKind::LongStr => {
                self.bump();
                self.string(token)
            }
            TokenKind::Broken => {
                self.bump();
                self.node(ExprKind::Error, token.span, 0)
            }
            TokenKind::Ellipsis => self.instruction(),
            TokenKind::Name => self.named(),
            TokenKind::LParen => self.parenthesised(),
            TokenKind::LBracket => self.list(),
            TokenKind::LBrace => self.braces(),
            _ => Err(self.no_value()),
        }
    }

    fn no_value(&mut self) -> super::Reported {
        let help = match self.peek().kind {
            TokenKind::Newline | TokenKind::Eof => "a value is missing here",
            TokenKind::Assign | TokenKind::EqualEqual => "something must stand on the left side",
            TokenKind::Comma | TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace => {
                "a value is missing before this"
            }
            _ => {
                let help = "values are texts, numbers, variables, calls, lists and dicts";
                return self.unexpected("a value", help);
            }
        };
        self.unexpected_with("a value", help)
    }

    fn number(&mut self) -> Parse<Node> {
        let token = self.bump();
        let text = self.text(token).replace('_', "");
        let kind = if token.kind == TokenKind::Int {
            text.parse().ok().map(ExprKind::Int)
        } else {
            text.parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map(ExprKind::Float)
        };
        let Some(kind) = kind else {
            let help = "whole numbers have 64 bits, others are 64-bit floating point numbers";
            return Err(self.error(
                Code::InvalidNumber,
                token.span,
                "this number is too large",
                help,
            ));
        };
        self.node(kind, token.span, 0)
    }

    /// `..."what to generate"`.
    fn instruction(&mut self) -> Parse<Node> {
        let dots = self.bump();
        if !matches!(self.peek().kind, TokenKind::Str | TokenKind::LongStr) {
            let help = "say in a string what is to be generated: `...\"instruction\"`";
            return Err(self.unexpected_with("a string after `...`", help));
        }
        let token = self.bump();
        let text = self.string(token)?;
        self.node(
            ExprKind::Generate(text.expr),
            dots.span.to(token.span),
            text.height,
        )
    }

    /// A constant, a call, or a name that a comprehension may define.
    fn named(&mut self) -> Parse<Node> {
        let token = self.bump();
        let kind = match self.text(token) {
            "None" => ExprKind::None,
            "True" => ExprKind::Bool(true),
            "False" => ExprKind::Bool(false),
            _ if self.at(TokenKind::LParen) => return self.call(token),
            _ => {
                let name = self.ident(token);
                let kind = ExprKind::Name(name.name.clone());
                self.bare.push(BareName {
                    name,
                    in_hole: self.in_hole,
                });
                kind
            }
        };
        self.node(kind, token.span, 0)
    }

    fn call(&mut self, token: Token) -> Parse<Node> {
        let function = self.ident(token);
        if function.name == "not" {
            let bare = BareName {
                name: function,
                in_hole: self.in_hole,
            };
            self.bare.push(bare);
            return self.node(ExprKind::Error, token.span, 0);
        }
        let (arguments, height) = self.call_arguments()?;
        let span = token.span.to(self.last_span());
        self.node(
            ExprKind::Call {
                function,
                arguments,
            },
            span,
            height,
        )
    }

    fn parenthesised(&mut self) -> Parse<Node> {
        let open = self.bump();
        let mark = self.bare.len();
        if self.eat(TokenKind::RParen).is_some() {
            return self.node(
                ExprKind::Tuple(Vec::new()),
                open.span.to(self.last_span()),
                0,
            );
        }
        let first = self.test()?;
        if self.at_word("for") {
            let node =
                self.comprehension(open.span, ComprehensionKind::Generator, mark, first, None)?;
            self.close(open, TokenKind::RParen)?;
            return Ok(self.stretch(node, open));
        }
        if self.eat(TokenKind::Comma).is_none() {
            self.close(open, TokenKind::RParen)?;
            return Ok(self.stretch(first, open));
        }
        let (members, height) = self.tests(open, TokenKind::RParen, first)?;
        self.node(
            ExprKind::Tuple(members),
            open.span.to(self.last_span()),
            height,
        )
    }

    /// Extends the span of an expression to the brackets around it.
    fn stretch(&self, mut node: Node, open: Token) -> Node {
        node.expr.span = open.span.to(self.last_span());
        node
    }

    /// More expressions after `first` and its comma, up to the closing bracket.
    fn tests(&mut self, open: Token, close: TokenKind, first: Node) -> Parse<(Vec<Expr>, u32)> {
        let mut height = first.height;
        let mut members = vec![*first.expr];
        members.append(&mut self.separated(open, close, |parser| {
            let node = parser.test()?;
            height = height.max(node.height);
            Ok(*node.expr)
        })?);
        Ok((members, height))
    }

    fn list(&mut self) -> Parse<Node> {
        let open = self.bump();
        let mark = self.bare.len();
        let mut height = 0;
        let mut comprehension = None;
        let members = self.separated(open, TokenKind::RBracket, |parser| {
            let node = parser.test()?;
            height = height.max(node.height);
            if parser.at_word("for") && comprehension.is_none() {
                let node =
                    parser.comprehension(open.span, ComprehensionKind::List, mark, node, None)?;
                if !parser.at(TokenKind::RBracket) {
                    return Err(
                        parser.unexpected("`]`", "nothing stands after the `for` of a list")
                    );
                }
                comprehension = Some(node);
                return Ok(Expr {
                    kind: ExprKind::None,
                    span: open.span,
                });
            }
            Ok(*node.expr)
        })?;
        match comprehension {
            Some(node) => Ok(self.stretch(node, open)),
            None => self.node(
                ExprKind::List(members),
                open.span.to(self.last_span()),
                height,
            ),
        }
    }

    /// A dict or a set.
    fn braces(&mut self) -> Parse<Node> {
        let open = self.bump();
        let mark = self.bare.len();
        let starts_dict = matches!(self.peek().kind, TokenKind::RBrace | TokenKind::DoubleStar);
        if starts_dict {
            return self.dict(open, Vec::new(), 0);
        }
        let first = self.test()?;
        if self.at_word("for") {
            let node = self.comprehension(open.span, ComprehensionKind::Set, mark, first, None)?;
            self.close(open, TokenKind::RBrace)?;
            return Ok(self.stretch(node, open));
        }
        if self.eat(TokenKind::Colon).is_some() {
            return self.dict_from(open, mark, first);
        }
        if self.eat(TokenKind::Comma).is_none() {
            self.close(open, TokenKind::RBrace)?;
            let height = first.height;
            return self.node(
                ExprKind::Set(vec![*first.expr]),
                open.span.to(self.last_span()),
                height,
            );
        }
        let (members, height) = self.tests(open, TokenKind::RBrace, first)?;
        self.node(
            ExprKind::Set(members),
            open.span.to(self.last_span()),
            height,
        )
    }

    /// A dict, after its first key and colon.
    fn dict_from(&mut self, open: Token, mark: usize, key: Node) -> Parse<Node> {
        let value = self.test()?;
        if self.at_word("for") {
            let node =
                self.comprehension(open.span, ComprehensionKind::Dict, mark, key, Some(value))?;
            self.close(open, TokenKind::RBrace)?;
            return Ok(self.stretch(node, open));
        }
        let height = key.height.max(value.height);
        let first = vec![DictItem::Pair(*key.expr, *value.expr)];
        if self.eat(TokenKind::Comma).is_none() {
            self.close(open, TokenKind::RBrace)?;
            return self.node(
                ExprKind::Dict(first),
                open.span.to(self.last_span()),
                height,
            );
        }
        self.dict(open, first, height)
    }

    fn dict(&mut self, open: Token, mut items: Vec<DictItem>, mut height: u32) -> Parse<Node> {
        items.append(&mut self.separated(open, TokenKind::RBrace, |parser| {
            if parser.eat(TokenKind::DoubleStar).is_some() {
                let spread = parser.test()?;
                height = height.max(spread.height);
                return Ok(DictItem::Spread(*spread.expr));
            }
            let key = parser.test()?;
            if parser.eat(TokenKind::Colon).is_none() {
                return Err(parser.unexpected_with("`:`", "every entry of a dict is `key: value`"));
            }
            let value = parser.test()?;
            height = height.max(key.height).max(value.height);
            Ok(DictItem::Pair(*key.expr, *value.expr))
        })?);
        self.node(
            ExprKind::Dict(items),
            open.span.to(self.last_span()),
            height,
        )
    }

    /// The `for` clauses after an element; they define the bare names read since `mark`.
    fn comprehension(
        &mut self,
        start: Span,
        kind: ComprehensionKind,
        mark: usize,
        element: Node,
        value: Option<Node>,
    ) -> Parse<Node> {
        let mut height = element
            .height
            .max(value.as_ref().map_or(0, |value| value.height));
        let mut clauses = Vec::new();
        while self.eat_word("for").is_some() {
            let (clause, inner) = self.for_clause()?;
            height = height.max(inner);
            clauses.push(clause);
        }
        self.claim(mark, &clauses);
        let span = start.to(self.last_span());
        let value = value.map(|value| *value.expr);
        let comprehension = Comprehension {
            kind,
            element: *element.expr,
            value,
            clauses,
        };
        self.node(
            ExprKind::Comprehension(Box::new(comprehension)),
            span,
            height,
        )
    }

    /// Bare names that a `for` defines are not mistakes.
    fn claim(&mut self, mark: usize, clauses: &[ForClause]) {
        let targets = clauses.iter().flat_map(|clause| &clause.targets);
        let defined: HashSet<&str> = targets.map(|target| target.name.as_str()).collect();
        let names = self.bare.split_off(mark);
        self.bare.extend(
            names
                .into_iter()
                .filter(|bare| !defined.contains(bare.name.name.as_str())),
        );
    }

    fn for_clause(&mut self) -> Parse<(ForClause, u32)> {
        let mut targets = Vec::new();
        loop {
            let name = self.expect(TokenKind::Name, "a name", "names after `for` have no `$`")?;
            targets.push(self.ident(name));
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        if self.eat_word("in").is_none() {
            return Err(self.unexpected("`in`", "write `for name in $list`"));
        }
        let iterable = self.or_test()?;
        let mut height = iterable.height;
        let mut conditions = Vec::new();
        while self.eat_word("if").is_some() {
            let condition = self.or_test()?;
            height = height.max(condition.height);
            conditions.push(*condition.expr);
        }
        Ok((
            ForClause {
                targets,
                iterable: *iterable.expr,
                conditions,
            },
            height,
        ))
    }
}
