//! Splitting strings.

use super::super::args::{self, Args};
use crate::value::{Value, ValueError, is_space};

/// `split` and `rsplit`.
pub(super) fn split(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let [separator, most] = args.bind(method, ["sep", "maxsplit"], 0)?;
    let most = most.map_or(Ok(-1), |most| args::whole(method, &most))?;
    let cuts = usize::try_from(most).unwrap_or(usize::MAX);
    let from_right = method == "rsplit";
    let parts: Vec<&str> = match &separator {
        None | Some(Value::None) if from_right => words_from_right(text, cuts),
        None | Some(Value::None) => words(text, cuts),
        Some(separator) => {
            let separator = separator_text(method, separator)?;
            let limit = cuts.saturating_add(1);
            if from_right {
                let mut parts: Vec<_> = text.rsplitn(limit, separator).collect();
                parts.reverse();
                parts
            } else {
                text.splitn(limit, separator).collect()
            }
        }
    };
    Ok(Value::list(parts.into_iter().map(Value::from)))
}

fn separator_text<'a>(method: &str, separator: &'a Value) -> Result<&'a str, ValueError> {
    match args::text(method, separator)? {
        "" => Err(ValueError::new(format!(
            "`{method}` takes a separator that is not empty"
        ))),
        separator => Ok(separator),
    }
}

fn words(text: &str, cuts: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        let end = rest.find(is_space).filter(|_| parts.len() < cuts);
        let Some(end) = end else {
            parts.push(rest);
            break;
        };
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches(is_space);
    }
    parts
}

fn words_from_right(text: &str, cuts: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        let start = rest
            .char_indices()
            .rfind(|(_, c)| is_space(*c))
            .filter(|_| parts.len() < cuts);
        let Some((start, space)) = start else {
            parts.push(rest);
            break;
        };
        parts.push(&rest[start + space.len_utf8()..]);
        rest = rest[..start].trim_end_matches(is_space);
    }
    parts.reverse();
    parts
}

/// `partition` and `rpartition`.
pub(super) fn partition(text: &str, method: &str, args: Args) -> Result<Value, ValueError> {
    let separator = args.one(method, "sep")?;
    let separator = separator_text(method, &separator)?;
    let parts = match method {
        "partition" => text
            .split_once(separator)
            .map(|(before, after)| [before, separator, after]),
        _ => text
            .rsplit_once(separator)
            .map(|(before, after)| [before, separator, after]),
    };
    let whole = if method == "partition" {
        [text, "", ""]
    } else {
        ["", "", text]
    };
    Ok(Value::tuple(parts.unwrap_or(whole).map(Value::from)))
}

/// `splitlines`.
pub(super) fn lines(text: &str, args: Args) -> Result<Value, ValueError> {
    let [keep] = args.bind("splitlines", ["keepends"], 0)?;
    let keep = keep.is_some_and(|keep| keep.is_true());
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_line_end(*c)) {
        let end = if rest[at..].starts_with("\r\n") {
            at + 2
        } else {
            at + c.len_utf8()
        };
        lines.push(Value::from(&rest[..if keep { end } else { at }]));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        lines.push(Value::from(rest));
    }
    Ok(lines.into())
}

fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
