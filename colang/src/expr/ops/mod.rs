//! Operators, with Python's rules.

mod float;
mod int;
mod printf;
mod sequence;

use std::cmp::Ordering;

use crate::syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use crate::value::{Value, ValueError};

pub(super) use float::to_int;
pub(super) use sequence::{entries, items, text_fits};

/// Two numbers, converted to one type.
enum Numbers {
    Ints(i64, i64),
    Floats(f64, f64),
}

impl Numbers {
    fn of(left: &Value, right: &Value) -> Option<Self> {
        match (left, right) {
            (Value::Float(_), _) | (_, Value::Float(_)) => {
                Some(Self::Floats(left.as_float()?, right.as_float()?))
            }
            _ => Some(Self::Ints(left.as_int()?, right.as_int()?)),
        }
    }
}

/// `left op right`; results larger than `size` are refused before they are built.
pub(super) fn binary(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    size: usize,
) -> Result<Value, ValueError> {
    match op {
        BinaryOp::Add => add(left, right, size),
        BinaryOp::Subtract => subtract(left, right),
        BinaryOp::Multiply => multiply(left, right, size),
        BinaryOp::Modulo if let Value::Str(format) = left => {
            printf::format(format, right, size).map(Value::from)
        }
        BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Modulo | BinaryOp::Power => {
            arithmetic(op, left, right)
        }
        BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::BitAnd => bits(op, left, right),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRight => shift(op, left, right),
        BinaryOp::MatMultiply => Err(ValueError::new("`@` has no meaning between values")),
    }
}

/// `op operand`.
pub(super) fn unary(op: UnaryOp, operand: &Value) -> Result<Value, ValueError> {
    match (op, operand) {
        (UnaryOp::Not, operand) => Ok(Value::Bool(!operand.is_true())),
        (UnaryOp::Plus, Value::Float(value)) => Ok(Value::Float(*value)),
        (UnaryOp::Minus, Value::Float(value)) => Ok(Value::Float(-value)),
        (UnaryOp::Plus | UnaryOp::Minus | UnaryOp::Invert, operand) => match (operand.as_int(), op)
        {
            (Some(value), UnaryOp::Minus) => value
                .checked_neg()
                .map(Value::Int)
                .ok_or_else(int::overflow),
            (Some(value), UnaryOp::Invert) => Ok(Value::Int(!value)),
            (Some(value), UnaryOp::Plus | UnaryOp::Not) => Ok(Value::Int(value)),
            (None, _) => {
                let sign = match op {
                    UnaryOp::Plus => "+",
                    UnaryOp::Minus => "-",
                    UnaryOp::Invert => "~",
                    UnaryOp::Not => "not",
                };
                Err(ValueError::new(format!(
                    "`{sign}` does not work on {}",
                    operand.described()
                )))
            }
        },
    }
}

/// `left op right`, for a comparison operator.
pub(super) fn compare(op: CompareOp, left: &Value, right: &Value) -> Result<bool, ValueError> {
    let ordered =
        |holds: fn(Ordering) -> bool| left.order(right).map(|order| order.is_some_and(holds));
    match op {
        CompareOp::Equal => Ok(left.equals(right)),
        CompareOp::NotEqual => Ok(!left.equals(right)),
        CompareOp::Less => ordered(Ordering::is_lt),
        CompareOp::Greater => ordered(Ordering::is_gt),
        CompareOp::LessEqual => ordered(Ordering::is_le),
        CompareOp::GreaterEqual => ordered(Ordering::is_ge),
        CompareOp::In => sequence::contains(right, left),
        CompareOp::NotIn => sequence::contains(right, left).map(|found| !found),
        CompareOp::Is => Ok(left.is_same(right)),
        CompareOp::IsNot => Ok(!left.is_same(right)),
        CompareOp::LessGreater => Err(ValueError::new("`<>` has no meaning; write `!=`")),
    }
}

fn add(left: &Value, right: &Value, size: usize) -> Result<Value, ValueError> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => {
            let text = format!("{left}{right}");
            text_fits(&text, size)?;
            Ok(text.into())
        }
        (Value::List(left), Value::List(right)) => {
            sequence::joined(left, right, size).map(Value::from)
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            sequence::joined(left, right, size).map(Value::tuple)
        }
        _ => arithmetic(BinaryOp::Add, left, right),
    }
}

fn subtract(left: &Value, right: &Value) -> Result<Value, ValueError> {
    match (left, right) {
        (Value::Set(left), Value::Set(right)) => Ok(left.difference(right).into()),
        _ => arithmetic(BinaryOp::Subtract, left, right),
    }
}

fn multiply(left: &Value, right: &Value, size: usize) -> Result<Value, ValueError> {
    match (left, right.as_int(), left.as_int(), right) {
        (Value::Str(_) | Value::List(_) | Value::Tuple(_), Some(count), _, _) => {
            sequence::repeated(left, count, size)
        }
        (_, _, Some(count), Value::Str(_) | Value::List(_) | Value::Tuple(_)) => {
            sequence::repeated(right, count, size)
        }
        _ => arithmetic(BinaryOp::Multiply, left, right),
    }
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, ValueError> {
    match Numbers::of(left, right) {
        Some(Numbers::Ints(left, right)) => int::arithmetic(op, left, right),
        Some(Numbers::Floats(left, right)) => float::arithmetic(op, left, right).map(Value::Float),
        None => Err(mismatch(op, left, right)),
    }
}

fn bits(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, ValueError> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(
            int::bits(op, i64::from(*left), i64::from(*right)) != 0,
        )),
        (Value::Set(left), Value::Set(right)) => Ok(match op {
            BinaryOp::BitOr => left.union(right),
            BinaryOp::BitAnd => left.intersection(right),
            _ => left.symmetric_difference(right),
        }
        .into()),
        (Value::Dict(left), Value::Dict(right)) if op == BinaryOp::BitOr => {
            let mut merged = (**left).clone();
            merged.extend(right);
            Ok(merged.into())
        }
        _ => match (left.as_int(), right.as_int()) {
            (Some(left), Some(right)) => Ok(Value::Int(int::bits(op, left, right))),
            _ => Err(mismatch(op, left, right)),
        },
    }
}

fn shift(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, ValueError> {
    match (left.as_int(), right.as_int()) {
        (Some(value), Some(count)) if op == BinaryOp::ShiftLeft => int::shift_left(value, count),
        (Some(value), Some(count)) => int::shift_right(value, count),
        _ => Err(mismatch(op, left, right)),
    }
}

fn mismatch(op: BinaryOp, left: &Value, right: &Value) -> ValueError {
    let (left, right) = (left.described(), right.described());
    ValueError::new(format!(
        "`{}` does not work between {left} and {right}",
        symbol(op)
    ))
}

fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::FloorDivide => "//",
        BinaryOp::Modulo => "%",
        BinaryOp::MatMultiply => "@",
        BinaryOp::Power => "**",
    }
}
