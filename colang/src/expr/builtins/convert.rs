//! Functions that convert between types: `int`, `float`, `str`, `list`, `tuple`, `dict`, `set`.

use super::super::args::{self, Args};
use super::super::ops;
use crate::value::{Dict, Set, Value, ValueError, is_space};

pub(super) fn list(args: Args) -> Result<Value, ValueError> {
    elements("list", args).map(Value::from)
}

pub(super) fn tuple(args: Args) -> Result<Value, ValueError> {
    elements("tuple", args).map(Value::tuple)
}

pub(super) fn set(args: Args) -> Result<Value, ValueError> {
    Set::from_values(elements("set", args)?).map(Value::from)
}

fn elements(callee: &str, args: Args) -> Result<Vec<Value>, ValueError> {
    let [iterable] = args.bind(callee, ["iterable"], 0)?;
    iterable.map_or(Ok(Vec::new()), |iterable| ops::items(&iterable))
}

pub(super) fn dict(mut args: Args) -> Result<Value, ValueError> {
    let named = std::mem::take(&mut args.named);
    let [entries] = args.bind("dict", ["iterable"], 0)?;
    let mut dict = match entries {
        Some(entries) => ops::entries(&entries)?,
        None => Dict::new(),
    };
    for (name, value) in named {
        dict.set(name, value);
    }
    Ok(dict.into())
}

pub(super) fn str(args: Args, size: usize) -> Result<Value, ValueError> {
    let [value] = args.bind("str", ["object"], 0)?;
    let text = value.map_or(Ok(String::new()), |value| {
        value.text(size.saturating_mul(4))
    })?;
    ops::text_fits(&text, size)?;
    Ok(text.into())
}

pub(super) fn int(args: Args) -> Result<Value, ValueError> {
    let [value, base] = args.bind("int", ["x", "base"], 0)?;
    match (value, base) {
        (None, _) => Ok(Value::Int(0)),
        (Some(Value::Str(text)), base) => {
            let base = base.map_or(Ok(10), |base| args::whole("int", &base))?;
            parse_int(&text, base).map(Value::Int)
        }
        (Some(_), Some(_)) => Err(ValueError::new("`int` takes a base only with a text")),
        (Some(Value::Float(value)), None) => ops::to_int(value).map(Value::Int),
        (Some(value), None) => args::whole("int", &value).map(Value::Int),
    }
}

fn parse_int(text: &str, base: i64) -> Result<i64, ValueError> {
    let shown = || Value::from(text).shown();
    let refuse = || ValueError::new(format!("{} is not a whole number", shown()));
    let (sign, digits) = signed(trimmed(text));
    let (digits, radix) = with_radix(digits, base).ok_or_else(refuse)?;
    let digits = without_underscores(digits).ok_or_else(refuse)?;
    let is_octal_of_c = base == 0 && radix == 10 && has_zeros_in_front(&digits);
    if is_octal_of_c || digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(refuse());
    }
    let number = i64::from_str_radix(&format!("{sign}{digits}"), radix);
    number.map_err(|_| ValueError::new(format!("{} does not fit into 64 bits", shown())))
}

/// The digits without their prefix, and the base that they are written in; nothing if there is no such base.
fn with_radix(digits: &str, base: i64) -> Option<(&str, u32)> {
    let radix = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") if matches!(base, 0 | 16) => 16,
        Some("0o") if matches!(base, 0 | 8) => 8,
        Some("0b") if matches!(base, 0 | 2) => 2,
        _ if base == 0 => return Some((digits, 10)),
        _ => {
            let radix = u32::try_from(base).ok()?;
            return (2..=36).contains(&radix).then_some((digits, radix));
        }
    };
    let digits = &digits[2..];
    Some((digits.strip_prefix('_').unwrap_or(digits), radix))
}

fn has_zeros_in_front(digits: &str) -> bool {
    digits.starts_with('0') && digits.bytes().any(|digit| digit != b'0')
}

fn signed(text: &str) -> (&'static str, &str) {
    match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) => ("-", rest),
        (_, Some(rest)) => ("", rest),
        _ => ("", text),
    }
}

/// Removes the single underscores between digits; `None` if there is one elsewhere.
fn without_underscores(digits: &str) -> Option<String> {
    let misplaced = digits.starts_with('_') || digits.ends_with('_') || digits.contains("__");
    (!misplaced).then(|| digits.replace('_', ""))
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub(super) fn float(args: Args) -> Result<Value, ValueError> {
    let [value] = args.bind("float", ["x"], 0)?;
    match value {
        None => Ok(Value::Float(0.0)),
        Some(Value::Str(text)) => parse_float(&text).map(Value::Float),
        Some(value) => value
            .as_float()
            .map(Value::Float)
            .ok_or_else(|| args::wrong("float", "a number or text", &value)),
    }
}

fn parse_float(text: &str) -> Result<f64, ValueError> {
    let refuse = || ValueError::new(format!("{} is not a number", Value::from(text).shown()));
    let digits = trimmed(text);
    let between_digits = |index: usize| {
        let near = |index: Option<usize>| index.and_then(|index| digits.as_bytes().get(index));
        near(index.checked_sub(1)).is_some_and(u8::is_ascii_digit)
            && near(Some(index + 1)).is_some_and(u8::is_ascii_digit)
    };
    if !digits
        .match_indices('_')
        .all(|(index, _)| between_digits(index))
    {
        return Err(refuse());
    }
    digits.replace('_', "").parse().map_err(|_| refuse())
}
