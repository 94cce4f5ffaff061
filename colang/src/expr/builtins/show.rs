//! `pretty_str`: values for people and language models.

use std::fmt::Write;
use std::sync::LazyLock;

use fancy_regex::Regex;

use super::super::ops;
use crate::value::{Dict, Value, ValueError, float_text};

/// Lists, sets, dicts and outcomes of rails as indented JSON with shortened uids and times; anything else like `str`.
pub(super) fn pretty(value: &Value, size: usize) -> Result<Value, ValueError> {
    if !matches!(
        value,
        Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::RailOutcome(_) | Value::Set(_)
    ) {
        let text = value.text(size.saturating_mul(4))?;
        ops::text_fits(&text, size)?;
        return Ok(text.into());
    }
    if let Value::Tuple(_) = value {
        return value.text(size).map(Value::from);
    }
    let mut text = String::new();
    Printer {
        out: &mut text,
        size,
    }
    .value(value, 0)?;
    Ok(simplified(&text).into())
}

struct Printer<'a> {
    out: &'a mut String,
    size: usize,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), ValueError> {
        ops::text_fits(self.out, self.size)?;
        match value {
            Value::List(items) | Value::Tuple(items) => self.items(items, depth),
            Value::Set(set) => {
                let items: Vec<_> = set.sorted().into_iter().cloned().collect();
                self.items(&items, depth)
            }
            Value::Dict(dict) => self.dict(dict, depth),
            Value::RailOutcome(outcome) => self.dict(outcome.members(), depth),
            Value::Str(text) => {
                self.text(text);
                Ok(())
            }
            Value::Float(value) if value.is_finite() => {
                self.out.push_str(&float_text(*value));
                Ok(())
            }
            other => {
                self.out.push_str(&other.to_json()?.to_string());
                Ok(())
            }
        }
    }

    fn items(&mut self, items: &[Value], depth: usize) -> Result<(), ValueError> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            self.line(index, depth + 1);
            self.value(item, depth + 1)?;
        }
        self.end(depth, ']');
        Ok(())
    }

    fn dict(&mut self, dict: &Dict, depth: usize) -> Result<(), ValueError> {
        if dict.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        for (index, (key, value)) in dict.iter().enumerate() {
            self.line(index, depth + 1);
            self.text(&key_text(key)?);
            self.out.push_str(": ");
            self.value(value, depth + 1)?;
        }
        self.end(depth, '}');
        Ok(())
    }

    fn line(&mut self, index: usize, depth: usize) {
        self.out.push_str(if index > 0 { ",\n" } else { "\n" });
        self.indent(depth);
    }

    fn end(&mut self, depth: usize, bracket: char) {
        self.out.push('\n');
        self.indent(depth);
        self.out.push(bracket);
    }

    fn indent(&mut self, depth: usize) {
        self.out.extend(std::iter::repeat_n("    ", depth));
    }

    /// In quotes, in ASCII only.
    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.out.extend(['\\', c]),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\x08' => self.out.push_str("\\b"),
                '\x0c' => self.out.push_str("\\f"),
                ' '..='~' => self.out.push(c),
                c => self.code(c),
            }
        }
        self.out.push('"');
    }

    fn code(&mut self, c: char) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(self.out, "\\u{unit:04x}");
        }
    }
}

fn key_text(key: &Value) -> Result<String, ValueError> {
    match key {
        Value::Str(_) | Value::Int(_) | Value::Float(_) => Ok(key.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::None => Ok("null".to_owned()),
        other => Err(ValueError::new(format!(
            "{} cannot be a key in JSON",
            other.described()
        ))),
    }
}

/// Cuts uids to four characters, and removes the times of events.
fn simplified(text: &str) -> String {
    static UID: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("([0-9a-fA-F]{4})[0-9a-fA-F]{4}(?:[-_][0-9a-fA-F]{4}){3}[-_][0-9a-fA-F]{12}")
            .expect("the pattern is a constant and tested")
    });
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}[+-]\d{2}:\d{2}")
            .expect("the pattern is a constant and tested")
    });
    let text = UID.replace_all(text, "$1...");
    TIME.replace_all(&text, "...").into_owned()
}
