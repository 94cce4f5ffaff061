//! Lists, dicts and strings in Python syntax: printing, and parsing without evaluation.

use colang::value::{Dict, Value as Inside};
use minijinja::value::{Value, ValueKind};
use serde::Deserialize as _;
use serde_json::Value as Json;

/// How deeply values may be nested.
const DEPTH: usize = 64;

/// The value as Python's `str()` shows it; empty for values that cannot come from JSON.
pub(super) fn text_of(value: &Value) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if value.is_undefined() {
        return String::new();
    }
    let inside = inside(value, DEPTH);
    inside.map_or_else(|| value.to_string(), |inside| inside.to_string())
}

fn inside(value: &Value, depth: usize) -> Option<Inside> {
    let depth = depth.checked_sub(1)?;
    let items = || -> Option<Vec<Inside>> {
        let items = value.try_iter().ok()?;
        items.map(|item| inside(&item, depth)).collect()
    };
    let kind = value.kind();
    if kind == ValueKind::Map {
        let mut entries = Dict::new();
        for key in value.try_iter().ok()? {
            let entry = inside(&value.get_item(&key).ok()?, depth)?;
            entries.insert(inside(&key, depth)?, entry).ok()?;
        }
        Some(entries.into())
    } else if value.is_tuple() {
        Some(Inside::tuple(items()?))
    } else if matches!(kind, ValueKind::Seq | ValueKind::Iterable) {
        Some(Inside::list(items()?))
    } else if kind == ValueKind::Number && !value.is_integer() {
        // JSON has no infinity.
        Some(Inside::from(f64::try_from(value.clone()).ok()?))
    } else {
        Inside::from_json(&Json::deserialize(value).ok()?).ok()
    }
}

/// Parses a Python literal, or JSON.
pub(crate) fn read(text: &str) -> Result<Json, String> {
    let python = colang::expr::read_literal(text).and_then(|value| value.to_json().ok());
    let read = python.or_else(|| serde_json::from_str(text).ok());
    read.ok_or_else(|| {
        let start: String = text.chars().take(200).collect();
        format!("wanted a literal such as \"text\", 5, True or [1, 2], found {start:?}")
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Json) {
        assert_eq!(read(text).as_ref(), Ok(expected), "for {text}");
    }

    #[test]
    fn reads_what_python_writes() {
        check(
            r#"[{'type': 'user', "content": 'it\'s {x} \x41\u00e4\n'}, (1,), (2), ()]"#,
            &json!([{"type": "user", "content": "it's {x} A\u{e4}\n"}, [1], 2, []]),
        );
        check(
            "[True, False, None, -1, 1.5, 1e3,]",
            &json!([true, false, null, -1, 1.5, 1000.0]),
        );
    }

    #[test]
    fn reads_json() {
        check(
            r#"[{"a": "\ud83d\ude00"}, true, null]"#,
            &json!([{"a": "😀"}, true, null]),
        );
    }

    #[test]
    fn nothing_is_evaluated() {
        for text in [
            "", "[1 2]", "'a", "[] x", "hello", "$user", "1 + 1", "len([1])",
        ] {
            let error = read(text).expect_err("no literal");
            assert!(error.starts_with("wanted a literal"), "{error}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[\\[\\](){}'\"\\\\:,xuUN0-9a-f \n-]{0,40}") {
            let read = read(&text);
            proptest::prop_assert!(read.is_ok() || read.is_err_and(|error| !error.is_empty()));
        }
    }
}
