//! `"…%s…" % values`, the old kind of formatting.

use std::iter::Peekable;
use std::str::Chars;

use super::text_fits;
use crate::value::{Value, ValueError};

/// Fills the values into the format.
pub(super) fn format(format: &str, values: &Value, size: usize) -> Result<String, ValueError> {
    let mut source = Source::new(values);
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '%' {
            Place::read(&mut chars, &mut source, size)?.write(
                &mut chars,
                &mut source,
                &mut out,
                size,
            )?;
        } else {
            out.push(c);
        }
        text_fits(&out, size)?;
    }
    source.finish()?;
    Ok(out)
}

/// The values: one after the other, or a dict by name.
struct Source<'a> {
    whole: &'a Value,
    items: &'a [Value],
    used_name: bool,
}

impl<'a> Source<'a> {
    fn new(values: &'a Value) -> Self {
        let items = if let Value::Tuple(items) = values {
            items
        } else {
            std::slice::from_ref(values)
        };
        Self {
            whole: values,
            items,
            used_name: false,
        }
    }

    fn next(&mut self) -> Result<&'a Value, ValueError> {
        let (first, rest) = self
            .items
            .split_first()
            .ok_or_else(|| ValueError::new("the format wants more values"))?;
        self.items = rest;
        Ok(first)
    }

    fn named(&mut self, name: &str) -> Result<&'a Value, ValueError> {
        self.used_name = true;
        let dict = self
            .whole
            .as_dict()
            .ok_or_else(|| ValueError::new("a format with names takes a dict"))?;
        dict.get(name)
            .ok_or_else(|| ValueError::new(format!("the dict has no key '{name}'")))
    }

    fn finish(&self) -> Result<(), ValueError> {
        let may_stay = self.used_name || matches!(self.whole, Value::Dict(_) | Value::List(_));
        if self.items.is_empty() || may_stay {
            return Ok(());
        }
        Err(ValueError::new("the format has no place for all values"))
    }
}

/// The part between `%` and the letter.
#[derive(Default)]
struct Place {
    name: Option<String>,
    left: bool,
    plus: bool,
    blank: bool,
    zero: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

impl Place {
    fn read(
        chars: &mut Peekable<Chars<'_>>,
        source: &mut Source<'_>,
        size: usize,
    ) -> Result<Self, ValueError> {
        let mut place = Self::default();
        if chars.next_if_eq(&'(').is_some() {
            let name: String = chars.by_ref().take_while(|c| *c != ')').collect();
            place.name = Some(name);
        }
        while let Some(flag) = chars.next_if(|c| "-+ 0#".contains(*c)) {
            match flag {
                '-' => place.left = true,
                '+' => place.plus = true,
                ' ' => place.blank = true,
                '0' => place.zero = true,
                _ => place.alternate = true,
            }
        }
        let width = number(chars, source, size)?.unwrap_or(0);
        place.left |= width < 0;
        place.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
        if chars.next_if_eq(&'.').is_some() {
            let precision = number(chars, source, size)?.unwrap_or(0);
            place.precision = Some(usize::try_from(precision).unwrap_or(0));
        }
        while chars.next_if(|c| "hlL".contains(*c)).is_some() {}
        Ok(place)
    }

    fn write(
        mut self,
        chars: &mut Peekable<Chars<'_>>,
        source: &mut Source<'_>,
        out: &mut String,
        size: usize,
    ) -> Result<(), ValueError> {
        let letter = chars
            .next()
            .ok_or_else(|| ValueError::new("the format ends with a `%`"))?;
        if letter == '%' {
            out.push('%');
            return Ok(());
        }
        let value = match self.name.take() {
            Some(name) => source.named(&name)?,
            None => source.next()?,
        };
        let text = match letter {
            's' => self.cut(value.text(size.saturating_mul(4))?),
            'r' | 'a' => self.cut(value.repr_text(size.saturating_mul(4))?),
            'd' | 'i' | 'u' => self.signed_int(letter, value)?,
            'x' | 'X' | 'o' => self.radix(letter, value)?,
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => self.float(letter, value)?,
            'c' => character(value)?,
            other => return Err(ValueError::new(format!("`%{other}` is no format"))),
        };
        let numeric = !matches!(letter, 's' | 'r' | 'a' | 'c');
        out.push_str(&self.padded(&text, numeric));
        Ok(())
    }

    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text,
        }
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.blank) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }

    fn signed_int(&self, letter: char, value: &Value) -> Result<String, ValueError> {
        let (negative, digits) = match value {
            Value::Float(value) if value.is_finite() => {
                (*value <= -1.0, format!("{:.0}", value.trunc().abs()))
            }
            other => {
                let value = other.as_int().ok_or_else(|| unfit(letter, other))?;
                (value < 0, value.unsigned_abs().to_string())
            }
        };
        Ok(format!(
            "{}{digits:0>width$}",
            self.sign(negative),
            width = self.precision.unwrap_or(0)
        ))
    }

    fn radix(&self, letter: char, value: &Value) -> Result<String, ValueError> {
        let value = value.as_int().ok_or_else(|| unfit(letter, value))?;
        let magnitude = value.unsigned_abs();
        let (prefix, digits) = match letter {
            'x' => ("0x", format!("{magnitude:x}")),
            'X' => ("0X", format!("{magnitude:X}")),
            _ => ("0o", format!("{magnitude:o}")),
        };
        let prefix = if self.alternate { prefix } else { "" };
        Ok(format!(
            "{}{prefix}{digits:0>width$}",
            self.sign(value < 0),
            width = self.precision.unwrap_or(0)
        ))
    }

    fn float(&self, letter: char, value: &Value) -> Result<String, ValueError> {
        let value = value.as_float().ok_or_else(|| unfit(letter, value))?;
        let digits = if value.is_finite() {
            finite(
                letter.to_ascii_lowercase(),
                value.abs(),
                self.precision.unwrap_or(6).min(400),
                self.alternate,
            )
        } else {
            if value.is_nan() { "nan" } else { "inf" }.to_owned()
        };
        let digits = if letter.is_ascii_uppercase() {
            digits.to_uppercase()
        } else {
            digits
        };
        Ok(format!(
            "{}{digits}",
            self.sign(value.is_sign_negative() && !value.is_nan())
        ))
    }

    fn padded(&self, text: &str, numeric: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        if self.left {
            return format!("{text}{}", " ".repeat(missing));
        }
        if !(self.zero && numeric) {
            return format!("{}{text}", " ".repeat(missing));
        }
        let digits = text.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(0);
        let prefixed = ["0x", "0X", "0o"]
            .iter()
            .any(|prefix| text[digits..].starts_with(prefix))
            && self.alternate;
        let (head, tail) = text.split_at(digits + if prefixed { 2 } else { 0 });
        format!("{head}{}{tail}", "0".repeat(missing))
    }
}

/// A width or precision: digits, or `*` for the next value.
fn number(
    chars: &mut Peekable<Chars<'_>>,
    source: &mut Source<'_>,
    size: usize,
) -> Result<Option<i64>, ValueError> {
    if chars.next_if_eq(&'*').is_some() {
        let value = source.next()?;
        let value = value.as_int().ok_or_else(|| unfit('*', value))?;
        return within(value, size).map(Some);
    }
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    if digits.is_empty() {
        return Ok(None);
    }
    within(digits.parse().unwrap_or(i64::MAX), size).map(Some)
}

fn within(value: i64, size: usize) -> Result<i64, ValueError> {
    if usize::try_from(value.unsigned_abs()).is_ok_and(|value| value <= size) {
        return Ok(value);
    }
    Err(ValueError::new(format!(
        "a text would have more than {size} characters"
    )))
}

fn character(value: &Value) -> Result<String, ValueError> {
    if let Value::Str(text) = value
        && text.chars().count() == 1
    {
        return Ok(text.to_string());
    }
    let c = value
        .as_int()
        .and_then(|code| u32::try_from(code).ok())
        .and_then(char::from_u32);
    c.map(String::from).ok_or_else(|| unfit('c', value))
}

fn unfit(letter: char, value: &Value) -> ValueError {
    ValueError::new(format!("`%{letter}` does not take {}", value.described()))
}

fn finite(letter: char, value: f64, precision: usize, alternate: bool) -> String {
    match letter {
        'f' => pointed(&format!("{value:.precision$}"), alternate),
        'e' => with_exponent(&format!("{value:.precision$e}"), alternate),
        _ => general(value, precision.max(1), alternate),
    }
}

/// The alternate form always has a decimal point.
fn pointed(digits: &str, alternate: bool) -> String {
    let point = if alternate && !digits.contains('.') {
        "."
    } else {
        ""
    };
    format!("{digits}{point}")
}

/// Python prints exponents with a sign and at least two digits.
fn with_exponent(text: &str, alternate: bool) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let digits = pointed(digits, alternate);
    let (sign, exponent) = exponent
        .strip_prefix('-')
        .map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn general(value: f64, precision: usize, alternate: bool) -> String {
    let scientific = format!("{value:.*e}", precision - 1);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let most = i64::try_from(precision).unwrap_or(i64::MAX);
    let shorten = |digits: &str| match digits.contains('.') && !alternate {
        true => digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned(),
        false => pointed(digits, alternate),
    };
    if (-4..most).contains(&exponent) {
        let places = usize::try_from(most - 1 - exponent).unwrap_or(0);
        return shorten(&format!("{value:.places$}"));
    }
    with_exponent(&format!("{}e{exponent}", shorten(digits)), alternate)
}
