//! The printed form of values: Python's `str` and `repr`.

use std::fmt::{self, Write};

use super::{Dict, RailOutcome, Set, Value, ValueError};

impl Value {
    /// Python's `str(value)`, if it has at most `limit` bytes.
    ///
    /// # Errors
    /// If it is longer.
    pub fn text(&self, limit: usize) -> Result<String, ValueError> {
        let mut out = Bounded {
            text: String::new(),
            left: limit,
        };
        match write!(out, "{self}") {
            Ok(()) => Ok(out.text),
            Err(_) => Err(self.too_long(limit)),
        }
    }

    /// Python's `repr(value)`, if it has at most `limit` bytes.
    pub(crate) fn repr_text(&self, limit: usize) -> Result<String, ValueError> {
        let mut out = Bounded {
            text: String::new(),
            left: limit,
        };
        match write!(out, "{}", self.repr()) {
            Ok(()) => Ok(out.text),
            Err(_) => Err(self.too_long(limit)),
        }
    }

    /// The beginning of `repr(value)`, for messages.
    pub(crate) fn shown(&self) -> String {
        let mut out = Bounded {
            text: String::new(),
            left: SHOWN,
        };
        match write!(out, "{}", self.repr()) {
            Ok(()) => out.text,
            Err(_) => out.text + "...",
        }
    }

    fn too_long(&self, limit: usize) -> ValueError {
        ValueError::new(format!(
            "the text of {} is longer than {limit} bytes",
            self.described()
        ))
    }

    /// Python's `repr(value)`: like `str`, but with strings in quotes.
    pub fn repr(&self) -> impl fmt::Display + '_ {
        Repr(self)
    }
}

/// Python's `str(value)`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            other => write_repr(other, f),
        }
    }
}

/// How many bytes of a value are shown in a message.
const SHOWN: usize = 60;

struct Repr<'a>(&'a Value);

impl fmt::Display for Repr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_repr(self.0, f)
    }
}

struct Bounded {
    text: String,
    left: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.left = self.left.checked_sub(part.len()).ok_or(fmt::Error)?;
        self.text.push_str(part);
        Ok(())
    }
}

fn write_repr(value: &Value, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::None => out.write_str("None"),
        Value::Bool(true) => out.write_str("True"),
        Value::Bool(false) => out.write_str("False"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Float(value) => out.write_str(&float_text(*value)),
        Value::Str(text) => write_quoted(text, out),
        Value::List(items) => {
            out.write_str("[")?;
            write_items(items.iter(), out)?;
            out.write_str("]")
        }
        Value::Tuple(items) => write_tuple(items, out),
        Value::Dict(dict) => write_dict(dict, out),
        Value::RailOutcome(outcome) => write_outcome(outcome, out),
        Value::Set(set) => write_set(set, out),
        Value::Regex(regex) => {
            out.write_str("re.compile(")?;
            write_quoted(regex.pattern(), out)?;
            out.write_str(")")
        }
        Value::Comparison(comparison) => write!(out, "{comparison}"),
        Value::Flow(uid) => write!(out, "FlowState[uid={uid}]"),
        Value::Action(uid) => write!(out, "Action[uid={uid}]"),
        Value::Event(event) => write_event(event, out),
        Value::Context(_) => out.write_str("{...}"),
    }
}

fn write_items<'a>(
    items: impl Iterator<Item = &'a Value>,
    out: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write_repr(item, out)?;
    }
    Ok(())
}

fn write_tuple(items: &[Value], out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("(")?;
    write_items(items.iter(), out)?;
    out.write_str(if items.len() == 1 { ",)" } else { ")" })
}

fn write_set(set: &Set, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    if set.is_empty() {
        return out.write_str("set()");
    }
    out.write_str("{")?;
    write_items(set.sorted().into_iter(), out)?;
    out.write_str("}")
}

fn write_dict(dict: &Dict, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("{")?;
    for (index, (key, value)) in dict.iter().enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write_repr(key, out)?;
        out.write_str(": ")?;
        write_repr(value, out)?;
    }
    out.write_str("}")
}

fn write_outcome(outcome: &RailOutcome, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let members = outcome.members().iter();
    write_named("RailOutcome", members, out)
}

fn write_event(event: &super::Event, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_named(&event.name, event.arguments.iter(), out)
}

/// `Name(member=value, …)`.
fn write_named<'a, N: fmt::Display>(
    name: &str,
    members: impl Iterator<Item = (N, &'a Value)>,
    out: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(out, "{name}(")?;
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        write!(out, "{name}=")?;
        write_repr(value, out)?;
    }
    out.write_str(")")
}

/// Double quotes are used only if that saves escaping.
fn write_quoted(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    out.write_char(quote)?;
    for c in text.chars() {
        match c {
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            c if c == quote => write!(out, "\\{c}")?,
            c if is_printable(c) => out.write_char(c)?,
            c => write_code(c, out)?,
        }
    }
    out.write_char(quote)
}

fn write_code(c: char, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match u32::from(c) {
        code @ ..=0xff => write!(out, "\\x{code:02x}"),
        code @ ..=0xffff => write!(out, "\\u{code:04x}"),
        code => write!(out, "\\U{code:08x}"),
    }
}

/// Like `str.isspace`.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Like `str.isprintable`. The standard library has this knowledge only in `escape_debug`, which treats combining
/// marks differently at the start of a string.
pub(crate) fn is_printable(c: char) -> bool {
    let mut buffer = [b'a'; 5];
    let length = c.encode_utf8(&mut buffer[1..]).len();
    let text = std::str::from_utf8(&buffer[..=length]).unwrap_or_default();
    matches!(c, '\\' | '\'' | '"') || text.escape_debug().nth(1) == Some(c)
}

/// Python's `repr` of a float: the shortest digits that parse back to the same number, with an exponent below 1e-4
/// and from 1e16.
///
/// ```
/// use colang::value::float_text;
///
/// assert_eq!(float_text(1.0), "1.0");
/// assert_eq!(float_text(1e16), "1e+16");
/// assert_eq!(float_text(0.00001), "1e-05");
/// ```
#[must_use]
pub fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = shortest(value);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let behind_point = i32::try_from(places).unwrap_or(0) - exponent;
        return match usize::try_from(behind_point) {
            Ok(places @ 1..) => format!("{value:.places$}"),
            Ok(0) | Err(_) => format!("{value:.1}"),
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The shortest digits that parse back to the same number, in scientific notation. If two such numbers are equally
/// near, Python takes the even one and Rust the upper one.
fn shortest(value: f64) -> String {
    let upper = format!("{value:e}");
    let places = upper
        .split_once('e')
        .and_then(|(digits, _)| digits.split_once('.'))
        .map_or(0, |(_, places)| places.len());
    let even = format!("{value:.places$e}");
    if even.parse() == Ok(value) {
        even
    } else {
        upper
    }
}
