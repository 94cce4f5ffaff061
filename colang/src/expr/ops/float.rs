//! Floating-point numbers, with Python's signs and errors.

use crate::syntax::ast::BinaryOp;
use crate::value::{ValueError, float_text, whole};

pub(super) fn arithmetic(op: BinaryOp, left: f64, right: f64) -> Result<f64, ValueError> {
    match op {
        BinaryOp::Add => Ok(left + right),
        BinaryOp::Subtract => Ok(left - right),
        BinaryOp::Multiply => Ok(left * right),
        BinaryOp::Divide | BinaryOp::FloorDivide | BinaryOp::Modulo if right == 0.0 => {
            Err(ValueError::new("division by zero"))
        }
        BinaryOp::Divide => Ok(left / right),
        BinaryOp::FloorDivide => Ok(floor_divide(left, right)),
        BinaryOp::Modulo => Ok(modulo(left, right)),
        BinaryOp::Power => power(left, right),
        BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::BitAnd
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRight
        | BinaryOp::MatMultiply => Err(ValueError::new("bits of a float cannot be combined")),
    }
}

/// `base ** exponent`.
pub(super) fn power(base: f64, exponent: f64) -> Result<f64, ValueError> {
    if base == 0.0 && exponent < 0.0 {
        return Err(ValueError::new("0 has no negative powers"));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.fract() != 0.0 {
        return Err(ValueError::new("a negative number has no such power"));
    }
    let power = base.powf(exponent);
    if power.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(ValueError::new("a power would not fit into a float"));
    }
    Ok(power)
}

/// With the sign of the divisor, even if the result is 0.
fn modulo(left: f64, right: f64) -> f64 {
    let rest = left % right;
    if rest == 0.0 {
        return 0.0_f64.copysign(right);
    }
    if (rest < 0.0) != (right < 0.0) {
        rest + right
    } else {
        rest
    }
}

/// The floor computed from the remainder, which may differ from that of the rounded quotient.
fn floor_divide(left: f64, right: f64) -> f64 {
    let rest = left % right;
    let mut quotient = (left - rest) / right;
    if rest != 0.0 && (rest < 0.0) != (right < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0.0_f64.copysign(left / right);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    }
}

/// Truncates, for `int(…)`.
pub(in super::super) fn to_int(value: f64) -> Result<i64, ValueError> {
    whole(value.trunc()).ok_or_else(|| {
        ValueError::new(format!(
            "{} cannot be turned into an int of 64 bits",
            float_text(value)
        ))
    })
}
