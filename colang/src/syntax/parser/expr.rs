//! Expressions by precedence: from `… if … else …` down to `**`.

use crate::diagnostic::{Code, Diagnostic, closest, excerpt};
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, CompareOp, Expr, ExprKind, SpecOp, UnaryOp};
use crate::syntax::token::TokenKind;

use super::{BareName, Parse, Parser};

/// An expression and the height of its tree. Boxed, because it is passed up through many recursive calls, which must
/// fit on a small stack.
pub(super) struct Node {
    pub(super) expr: Box<Expr>,
    pub(super) height: u32,
}

/// Precedence of operators; a higher number binds tighter.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const BIT_OR: u8 = 5;
const BIT_XOR: u8 = 6;
const BIT_AND: u8 = 7;
const SHIFT: u8 = 8;
const SUM: u8 = 9;
const PRODUCT: u8 = 10;

impl Parser<'_> {
    pub(super) fn node(&mut self, kind: ExprKind, span: Span, children: u32) -> Parse<Node> {
        if children >= self.limits.height {
            let message = format!(
                "this expression has more than {} operations within each other",
                self.limits.height
            );
            let help = "split it: assign parts of it to variables first";
            return Err(self.error(
                Code::TooDeep,
                Span::new(span.start, span.start),
                message,
                help,
            ));
        }
        Ok(Node {
            expr: Box::new(Expr { kind, span }),
            height: children + 1,
        })
    }

    /// A whole expression, as in conditions, values and arguments.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.complete(Self::test)
    }

    /// An expression without comparisons, `and`, `or`, `not`, as in arguments without parentheses.
    pub(super) fn simple_expression(&mut self) -> Parse<Expr> {
        self.complete(|parser| parser.nested(|parser| parser.binary(BIT_OR)))
    }

    fn complete(&mut self, parse: impl FnOnce(&mut Self) -> Parse<Node>) -> Parse<Expr> {
        let mark = self.bare.len();
        let result = parse(self);
        let bare = self.bare.split_off(mark);
        let node = result?;
        let mut failed = false;
        for name in bare {
            let diagnostic = self.bare_name(&name);
            failed |= diagnostic.is_error();
            self.report(diagnostic);
        }
        if failed {
            Err(super::Reported)
        } else {
            Ok(*node.expr)
        }
    }

    /// The error for a bare name in place of a value.
    fn bare_name(&self, bare: &BareName) -> Diagnostic {
        let name = &*excerpt(&bare.name.name);
        let span = bare.name.span;
        let message = format!("`{name}` is not a value");
        let diagnostic = if bare.in_hole {
            Diagnostic::warning(Code::BareName, self.source_id, span, message)
        } else {
            Diagnostic::error(Code::BareName, self.source_id, span, message)
        };
        diagnostic.with_help(match name {
            "true" => "did you mean `True`?".to_owned(),
            "false" => "did you mean `False`?".to_owned(),
            "none" | "null" | "nil" | "Null" => "did you mean `None`?".to_owned(),
            "not" => "`not` binds less tightly than this operator: put it in parentheses".to_owned(),
            "lambda" => "functions cannot be defined in expressions; use a flow".to_owned(),
            _ if SpecOp::from_word(name).is_some() => {
                format!("`{name}` cannot stand inside an expression; assign its result first: `$x = {name} …`")
            }
            _ if bare.in_hole => format!("did you mean `{{${name}}}`? for braces as text write `{{{{{name}}}}}`"),
            _ => match closest(name, ["True", "False", "None"]) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("did you mean the variable `${name}` or the text `\"{name}\"`?"),
            },
        })
    }

    /// `test` of the grammar, including conditional expressions.
    pub(super) fn test(&mut self) -> Parse<Node> {
        self.nested(|parser| {
            let then = parser.binary(OR)?;
            if !parser.at_word("if") {
                return Ok(then);
            }
            parser.bump();
            let test = parser.binary(OR)?;
            if parser.eat_word("else").is_none() {
                return Err(parser.unexpected_with(
                    "`else`",
                    "a conditional expression is `value if test else value`",
                ));
            }
            let otherwise = parser.test()?;
            let height = then.height.max(test.height).max(otherwise.height);
            let span = then.expr.span.to(otherwise.expr.span);
            let kind = ExprKind::Conditional {
                then: then.expr,
                test: test.expr,
                otherwise: otherwise.expr,
            };
            parser.node(kind, span, height)
        })
    }

    /// `or` and tighter operators, without conditional expressions.
    pub(super) fn or_test(&mut self) -> Parse<Node> {
        self.nested(|parser| parser.binary(OR))
    }

    /// Operators that bind at least as tightly as `least`.
    fn binary(&mut self, least: u8) -> Parse<Node> {
        let mut left = if least <= NOT && self.at_word("not") {
            self.negation()?
        } else {
            self.unary()?
        };
        loop {
            left = if least <= OR && self.at_word("or") {
                self.joined(left, "or", AND, ExprKind::Or)?
            } else if least <= AND && self.at_word("and") {
                self.joined(left, "and", NOT, ExprKind::And)?
            } else if least <= COMPARE && self.compare_op().is_some() {
                self.comparison(left)?
            } else if let Some((op, binds)) = self.binary_op().filter(|(_, binds)| *binds >= least)
            {
                self.bump();
                let right = self.nested(|parser| parser.binary(binds + 1))?;
                self.two(op, left, right)?
            } else {
                return Ok(left);
            };
        }
    }

    fn two(&mut self, op: BinaryOp, left: Node, right: Node) -> Parse<Node> {
        let height = left.height.max(right.height);
        let span = left.expr.span.to(right.expr.span);
        let (left, right) = (left.expr, right.expr);
        self.node(ExprKind::Binary { op, left, right }, span, height)
    }

    fn negation(&mut self) -> Parse<Node> {
        let not = self.bump();
        let operand = self.nested(|parser| parser.binary(NOT))?;
        let span = not.span.to(operand.expr.span);
        let kind = ExprKind::Unary {
            op: UnaryOp::Not,
            operand: operand.expr,
        };
        self.node(kind, span, operand.height)
    }

    fn joined(
        &mut self,
        first: Node,
        word: &str,
        binds: u8,
        kind: fn(Vec<Expr>) -> ExprKind,
    ) -> Parse<Node> {
        let mut span = first.expr.span;
        let mut height = first.height;
        let mut members = vec![*first.expr];
        while self.eat_word(word).is_some() {
            let member = self.nested(|parser| parser.binary(binds))?;
            span = span.to(member.expr.span);
            height = height.max(member.height);
            members.push(*member.expr);
        }
        self.node(kind(members), span, height)
    }

    fn comparison(&mut self, first: Node) -> Parse<Node> {
        let mut span = first.expr.span;
        let mut height = first.height;
        let mut rest = Vec::new();
        while let Some((op, words)) = self.compare_op() {
            for _ in 0..words {
                self.bump();
            }
            let right = self.nested(|parser| parser.binary(BIT_OR))?;
            span = span.to(right.expr.span);
            height = height.max(right.height);
            rest.push((op, *right.expr));
        }
        let first = first.expr;
        self.node(ExprKind::Compare { first, rest }, span, height)
    }

    /// The next comparison operator, and the number of its words.
    fn compare_op(&self) -> Option<(CompareOp, usize)> {
        Some(match self.peek().kind {
            TokenKind::Less => (CompareOp::Less, 1),
            TokenKind::Greater => (CompareOp::Greater, 1),
            TokenKind::LessEqual => (CompareOp::LessEqual, 1),
            TokenKind::GreaterEqual => (CompareOp::GreaterEqual, 1),
            TokenKind::EqualEqual => (CompareOp::Equal, 1),
            TokenKind::NotEqual => (CompareOp::NotEqual, 1),
            TokenKind::LessGreater => (CompareOp::LessGreater, 1),
            TokenKind::Name => match (self.word_at(0), self.word_at(1)) {
                (Some("in"), _) => (CompareOp::In, 1),
                (Some("not"), Some("in")) => (CompareOp::NotIn, 2),
                (Some("is"), Some("not")) => (CompareOp::IsNot, 2),
                (Some("is"), _) => (CompareOp::Is, 1),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn binary_op(&self) -> Option<(BinaryOp, u8)> {
        Some(match self.peek().kind {
            TokenKind::Pipe => (BinaryOp::BitOr, BIT_OR),
            TokenKind::Caret => (BinaryOp::BitXor, BIT_XOR),
            TokenKind::Ampersand => (BinaryOp::BitAnd, BIT_AND),
            TokenKind::ShiftLeft => (BinaryOp::ShiftLeft, SHIFT),
            TokenKind::ShiftRight => (BinaryOp::ShiftRight, SHIFT),
            TokenKind::Plus => (BinaryOp::Add, SUM),
            TokenKind::Minus => (BinaryOp::Subtract, SUM),
            TokenKind::Star => (BinaryOp::Multiply, PRODUCT),
            TokenKind::Slash => (BinaryOp::Divide, PRODUCT),
            TokenKind::DoubleSlash => (BinaryOp::FloorDivide, PRODUCT),
            TokenKind::Percent => (BinaryOp::Modulo, PRODUCT),
            TokenKind::At => (BinaryOp::MatMultiply, PRODUCT),
            _ => return None,
        })
    }

    fn unary(&mut self) -> Parse<Node> {
        let op = match self.peek().kind {
            TokenKind::Plus => UnaryOp::Plus,
            TokenKind::Minus => UnaryOp::Minus,
            TokenKind::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let sign = self.bump();
        if op == UnaryOp::Minus && self.at_smallest_int() {
            let number = self.bump();
            return self.node(ExprKind::Int(i64::MIN), sign.span.to(number.span), 0);
        }
        let operand = self.nested(Self::unary)?;
        let span = sign.span.to(operand.expr.span);
        let kind = ExprKind::Unary {
            op,
            operand: operand.expr,
        };
        self.node(kind, span, operand.height)
    }

    /// The smallest integer has no positive counterpart.
    fn at_smallest_int(&self) -> bool {
        let is_one = self.at(TokenKind::Int) && self.nth(1).kind != TokenKind::DoubleStar;
        is_one && self.text(self.peek()).replace('_', "") == i64::MIN.unsigned_abs().to_string()
    }

    fn power(&mut self) -> Parse<Node> {
        let base = self.postfix()?;
        if self.eat(TokenKind::DoubleStar).is_none() {
            return Ok(base);
        }
        let exponent = self.nested(Self::unary)?;
        self.two(BinaryOp::Power, base, exponent)
    }
}
