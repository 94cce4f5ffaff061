//! Methods of strings. Lengths and positions count characters.

use std::collections::HashSet;

use super::super::args::{self, Args};
use super::super::ops;
use super::case::{self, Class};
use super::{split, unknown};
use crate::value::{Value, ValueError, is_printable, is_space};

pub(super) fn call(text: &str, method: &str, args: Args, size: usize) -> Result<Value, ValueError> {
    match method {
        "split" | "rsplit" => split::split(text, method, args),
        "partition" | "rpartition" => split::partition(text, method, args),
        "splitlines" => split::lines(text, args),
        "find" | "rfind" | "index" | "rindex" | "count" => searching(text, method, args),
        "startswith" | "endswith" => edge(text, method, args),
        "strip" | "lstrip" | "rstrip" => strip(text, method, args),
        "removeprefix" | "removesuffix" => remove(text, method, args),
        "center" | "ljust" | "rjust" | "zfill" => pad(text, method, args, size),
        "replace" => replace(text, args, size),
        "join" => join(text, args, size),
        "expandtabs" => expand_tabs(text, args, size),
        "lower" | "upper" | "title" | "capitalize" | "swapcase" | "casefold" => {
            args.none(method)?;
            let changed = changed_case(text, method);
            ops::text_fits(&changed, size)?;
            Ok(changed.into())
        }
        _ if method.starts_with("is") => {
            let answer = is_kind(text, method).ok_or_else(|| unknown(&Value::from(""), method))?;
            args.none(method).map(|()| Value::Bool(answer))
        }
        _ => Err(unknown(&Value::from(""), method)),
    }
}

fn changed_case(text: &str, method: &str) -> String {
    match method {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "title" => case::title(text),
        "capitalize" => case::capitalize(text),
        "swapcase" => case::swap_case(text),
        _ => case::case_fold(text),
    }
}

fn is_kind(text: &str, method: &str) -> Option<bool> {
    Some(match method {
        "isalpha" => Class::Alpha.holds(text),
        "isdecimal" => Class::Decimal.holds(text),
        "isdigit" => Class::Digit.holds(text),
        "isnumeric" => Class::Numeric.holds(text),
        "isalnum" => Class::Alnum.holds(text),
        "isascii" => text.is_ascii(),
        "isspace" => !text.is_empty() && text.chars().all(is_space),
        "islower" => case::is_all(text, char::is_lowercase),
        "isupper" => case::is_all(text, char::is_uppercase),
        "istitle" => case::is_title(text),
        "isprintable" => text.chars().all(is_printable),
        "isidentifier" => is_identifier(text),
        _ => return None,
    })
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// The part of a string between two positions, and the number of characters before it.
struct Window<'a> {
    part: Option<&'a str>,
    before: usize,
}

impl<'a> Window<'a> {
    fn new(
        text: &'a str,
        method: &str,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> Result<Self, ValueError> {
        let length = text.chars().count();
        let place = |bound: Option<Value>, missing: usize| match bound {
            None | Some(Value::None) => Ok(missing),
            Some(bound) => args::whole(method, &bound).map(|bound| from_either_end(bound, length)),
        };
        let (start, stop) = (place(start, 0)?, place(stop, length)?.min(length));
        let byte = |place: usize| {
            text.char_indices()
                .nth(place)
                .map_or(text.len(), |(byte, _)| byte)
        };
        let part = (start <= stop).then(|| &text[byte(start)..byte(stop)]);
        Ok(Self {
            part,
            before: start,
        })
    }
}

/// Negative positions count from the end, and are at least 0; those after the end are kept.
fn from_either_end(place: i64, length: usize) -> usize {
    let end = i64::try_from(length).unwrap_or(i64::MAX);
    let place = if place < 0 {
        place.saturating_add(end).max(0)
    } else {
        place
    };
    usize::try_from(place).unwrap_or(usize::MAX)
}

fn searching(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let [part, start, stop] = args.bind(method, ["sub", "start", "end"], 1)?;
    let part = part.unwrap_or_default();
    let part = args::text(method, &part)?;
    let window = Window::new(text, method, start, stop)?;
    if method == "count" {
        return Ok(number(
            window.part.map_or(0, |within| within.matches(part).count()),
        ));
    }
    let from_right = method.starts_with('r');
    let found = window.part.and_then(|within| {
        let byte = if from_right {
            within.rfind(part)
        } else {
            within.find(part)
        }?;
        Some(window.before + within[..byte].chars().count())
    });
    match found {
        Some(place) => Ok(number(place)),
        None if method.ends_with("find") => Ok(Value::Int(-1)),
        None => Err(ValueError::new(format!(
            "{} is not in the text",
            Value::from(part).shown()
        ))),
    }
}

fn number(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn edge(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let [parts, start, stop] = args.bind(method, ["part", "start", "end"], 1)?;
    let window = Window::new(text, method, start, stop)?;
    let holds = |part: &str| {
        window.part.is_some_and(|within| match method {
            "startswith" => within.starts_with(part),
            _ => within.ends_with(part),
        })
    };
    match parts.unwrap_or_default() {
        Value::Str(part) => Ok(holds(&part).into()),
        Value::Tuple(parts) => {
            let parts = parts
                .iter()
                .map(|part| args::text(method, part))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(parts.into_iter().any(holds).into())
        }
        other => Err(args::wrong(method, "a str or a tuple of them", &other)),
    }
}

fn strip(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let [chars] = args.bind(method, ["chars"], 0)?;
    let chars = chars.unwrap_or_default();
    let chars: Option<HashSet<char>> = match &chars {
        Value::None => None,
        chars => Some(args::text(method, chars)?.chars().collect()),
    };
    let unwanted = |c: char| {
        chars
            .as_ref()
            .map_or_else(|| is_space(c), |chars| chars.contains(&c))
    };
    Ok(match method {
        "lstrip" => text.trim_start_matches(unwanted),
        "rstrip" => text.trim_end_matches(unwanted),
        _ => text.trim_start_matches(unwanted).trim_end_matches(unwanted),
    }
    .into())
}

fn remove(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let part = args.one(method, "part")?;
    let part = args::text(method, &part)?;
    let rest = match method {
        "removeprefix" => text.strip_prefix(part),
        _ => text.strip_suffix(part),
    };
    Ok(rest.unwrap_or(text).into())
}

fn pad(text: &str, method: &str, args: Args, size: usize) -> Result<Value, ValueError> {
    let [width, fill] = args.bind(method, ["width", "fillchar"], 1)?;
    let width = usize::try_from(args::whole(method, &width.unwrap_or_default())?).unwrap_or(0);
    let fill = fill.map_or(Ok(' '), |fill| fill_char(method, &fill))?;
    if width > size {
        return Err(ValueError::new(format!(
            "a text would have more than {size} characters"
        )));
    }
    let missing = width.saturating_sub(text.chars().count());
    let blank = |count: usize| String::from(fill).repeat(count);
    Ok(match method {
        "ljust" => format!("{text}{}", blank(missing)),
        "rjust" => format!("{}{text}", blank(missing)),
        "zfill" => zero_filled(text, missing),
        _ => {
            // If the padding is odd, the extra character goes to the left only if the width is odd.
            let left = missing / 2 + (missing & width & 1);
            format!("{}{text}{}", blank(left), blank(missing - left))
        }
    }
    .into())
}

fn fill_char(method: &str, fill: &Value) -> Result<char, ValueError> {
    let mut chars = args::text(method, fill)?.chars();
    match (chars.next(), chars.next()) {
        (Some(fill), None) if method != "zfill" => Ok(fill),
        _ => Err(ValueError::new(format!(
            "`{method}` fills with exactly one character"
        ))),
    }
}

fn zero_filled(text: &str, missing: usize) -> String {
    let sign = if text.starts_with(['+', '-']) { 1 } else { 0 };
    format!("{}{}{}", &text[..sign], "0".repeat(missing), &text[sign..])
}

fn replace(text: &str, args: Args, size: usize) -> Result<Value, ValueError> {
    let [old, new, count] = args.bind("replace", ["old", "new", "count"], 2)?;
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let (old, new) = (args::text("replace", &old)?, args::text("replace", &new)?);
    let count = count.map_or(Ok(-1), |count| args::whole("replace", &count))?;
    let count = usize::try_from(count)
        .unwrap_or(usize::MAX)
        .min(text.matches(old).count());
    let length = text.len().saturating_add(count.saturating_mul(new.len()));
    if length.saturating_sub(count * old.len()) > size.saturating_mul(4) {
        return Err(ValueError::new(format!(
            "a text would have more than {size} characters"
        )));
    }
    let replaced = text.replacen(old, new, count);
    ops::text_fits(&replaced, size)?;
    Ok(replaced.into())
}

fn join(separator: &str, args: Args, size: usize) -> Result<Value, ValueError> {
    let parts = ops::items(&args.one("join", "iterable")?)?;
    let parts = parts
        .iter()
        .map(|part| args::text("join", part))
        .collect::<Result<Vec<_>, _>>()?;
    let separators = separator.len().saturating_mul(parts.len());
    if parts
        .iter()
        .map(|part| part.len())
        .sum::<usize>()
        .saturating_add(separators)
        > size.saturating_mul(8)
    {
        return Err(ValueError::new(format!(
            "a text would have more than {size} characters"
        )));
    }
    let joined = parts.join(separator);
    ops::text_fits(&joined, size)?;
    Ok(joined.into())
}

fn expand_tabs(text: &str, args: Args, size: usize) -> Result<Value, ValueError> {
    let [width] = args.bind("expandtabs", ["tabsize"], 0)?;
    let width = width.map_or(Ok(8), |width| args::whole("expandtabs", &width))?;
    let width = usize::try_from(width).unwrap_or(0);
    let mut result = String::new();
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' if width == 0 => {}
            '\t' => {
                let blanks = width - column % width;
                if blanks > size.saturating_sub(result.len().min(size)) {
                    return Err(ValueError::new(format!(
                        "a text would have more than {size} characters"
                    )));
                }
                result.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            c => {
                result.push(c);
                column = if matches!(c, '\n' | '\r') {
                    0
                } else {
                    column + 1
                };
            }
        }
    }
    Ok(result.into())
}
