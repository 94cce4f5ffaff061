//! Integers: 64 bits, and an error on overflow.

use crate::syntax::ast::BinaryOp;
use crate::value::{Value, ValueError};

use super::float;

pub(super) fn arithmetic(op: BinaryOp, left: i64, right: i64) -> Result<Value, ValueError> {
    let whole = match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Subtract => left.checked_sub(right),
        BinaryOp::Multiply => left.checked_mul(right),
        BinaryOp::FloorDivide | BinaryOp::Modulo | BinaryOp::Divide if right == 0 => {
            return Err(ValueError::new("division by zero"));
        }
        BinaryOp::Divide => return Ok(Value::Float(quotient(left, right))),
        BinaryOp::FloorDivide => floor_divide(left, right),
        BinaryOp::Modulo => Some(modulo(left, right)),
        BinaryOp::Power => return power(left, right),
        BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::BitAnd
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight
        | BinaryOp::MatMultiply => None,
    };
    whole.map(Value::Int).ok_or_else(overflow)
}

pub(super) fn overflow() -> ValueError {
    ValueError::new("a whole number would not fit into 64 bits")
}

pub(super) fn bits(op: BinaryOp, left: i64, right: i64) -> i64 {
    match op {
        BinaryOp::BitOr => left | right,
        BinaryOp::BitAnd => left & right,
        _ => left ^ right,
    }
}

pub(super) fn shift_left(value: i64, count: i64) -> Result<Value, ValueError> {
    check_count(count)?;
    if value == 0 {
        return Ok(Value::Int(0));
    }
    let wide = u32::try_from(count)
        .ok()
        .filter(|count| *count < 64)
        .map(|count| i128::from(value) << count);
    wide.and_then(|wide| i64::try_from(wide).ok())
        .map(Value::Int)
        .ok_or_else(overflow)
}

pub(super) fn shift_right(value: i64, count: i64) -> Result<Value, ValueError> {
    check_count(count)?;
    Ok(Value::Int(value >> count.min(63)))
}

fn check_count(count: i64) -> Result<(), ValueError> {
    if count < 0 {
        Err(ValueError::new(
            "a number cannot be shifted by a negative count",
        ))
    } else {
        Ok(())
    }
}

fn floor_divide(left: i64, right: i64) -> Option<i64> {
    let quotient = left.checked_div(right)?;
    Some(if modulo(left, right) != 0 && (left < 0) != (right < 0) {
        quotient - 1
    } else {
        quotient
    })
}

/// With the sign of the divisor.
fn modulo(left: i64, right: i64) -> i64 {
    let rest = left.wrapping_rem(right);
    if rest != 0 && (rest < 0) != (right < 0) {
        rest + right
    } else {
        rest
    }
}

fn power(base: i64, exponent: i64) -> Result<Value, ValueError> {
    if exponent < 0 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "Python computes with floats, too"
        )]
        return float::power(base as f64, exponent as f64).map(Value::Float);
    }
    let power = match (base, u32::try_from(exponent)) {
        (0 | 1, _) => Some(if exponent == 0 { 1 } else { base }),
        (-1, _) => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        (_, Ok(exponent)) => base.checked_pow(exponent),
        (_, Err(_)) => None,
    };
    power.map(Value::Int).ok_or_else(overflow)
}

/// The float that is nearest to the exact quotient.
#[expect(
    clippy::cast_precision_loss,
    reason = "rounding once, at the end, is what is wanted"
)]
fn quotient(left: i64, right: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    if left.unsigned_abs() <= EXACT && right.unsigned_abs() <= EXACT {
        return left as f64 / right as f64;
    }
    let (dividend, divisor) = (
        u128::from(left.unsigned_abs()),
        u128::from(right.unsigned_abs()),
    );
    if dividend == 0 {
        return if right < 0 { -0.0 } else { 0.0 };
    }
    // At least 64 bits of quotient, and one that says whether there is a remainder.
    let shift = dividend.leading_zeros();
    let (dividend, sign) = (
        dividend << shift,
        if (left < 0) == (right < 0) { 1.0 } else { -1.0 },
    );
    let sticky = u128::from(dividend % divisor != 0);
    sign * ((dividend / divisor) | sticky) as f64 / (shift.min(127) as f64).exp2()
}
