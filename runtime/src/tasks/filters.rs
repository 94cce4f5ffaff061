//! The filters of templates: built-in ones, those of users, and the search for unknown ones.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use minijinja::value::{Kwargs, Rest, Serde, Value, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind};
use serde::Deserialize as _;
use serde_json::Value as Json;

use super::{history, literal, turns};

/// A user's filter: a function of the value and the arguments.
pub(super) type Filter =
    Arc<dyn Fn(Json, &[Json]) -> Result<Json, Box<dyn StdError + Send + Sync>> + Send + Sync>;

/// The largest margin that `indent` can be given.
const WIDEST: usize = 1_000;

type OverEvents = (&'static str, fn(&[Value]) -> Result<Value, Error>);

const OVER_EVENTS: [OverEvents; 5] = [
    ("colang", |events| history::colang(events).map(Value::from)),
    ("colang_without_identifiers", |events| {
        let history = history::colang(events)?;
        Ok(history::without_identifiers(&history).into())
    }),
    ("co_v2", |events| history::co_v2(events).map(Value::from)),
    ("to_chat_messages", history::chat_messages),
    ("user_assistant_sequence", |events| {
        history::user_assistant_sequence(events).map(Value::from)
    }),
];

type OverText = (&'static str, fn(&str) -> Value);

const OVER_TEXT: [OverText; 6] = [
    ("remove_text_messages", |text| {
        turns::remove_text_messages(text).into()
    }),
    ("verbose_v1", |text| turns::verbose_v1(text).into()),
    ("to_messages", turns::to_messages),
    ("to_messages_v2", turns::to_messages_v2),
    ("to_intent_messages", turns::to_intent_messages),
    ("to_intent_messages_2", turns::to_intent_messages_2),
];

/// Adds the built-in filters, with their names in nemoguardrails 0.24.1, and `quote` and `one_line`.
pub(super) fn add_all(templates: &mut Environment<'static>) {
    templates.add_filter("quote", |value: Value| {
        history::quoted(&literal::text_of(&value))
    });
    templates.add_filter("one_line", |value: Value| {
        history::on_one_line(&literal::text_of(&value))
    });
    for (name, filter) in OVER_EVENTS {
        templates.add_filter(name, move |events: Value| filter(&listed(name, &events)?));
    }
    for (name, filter) in OVER_TEXT {
        templates.add_filter(name, move |value: Value| {
            Ok::<_, Error>(filter(&text(name, &value)?))
        });
    }
    add_counted(templates, "first_turns", "n", |text, n| {
        Ok(turns::first_turns(text, n).into())
    });
    add_counted(templates, "last_turns", "n", |text, n| {
        Ok(turns::last_turns(text, n).into())
    });
    add_counted(templates, "indent", "n_spaces", |text, spaces| {
        let spaces = usize::try_from(spaces).unwrap_or(0);
        if spaces > WIDEST {
            return Err(wrong(format!(
                "`indent` adds at most {WIDEST} spaces, not {spaces}"
            )));
        }
        Ok(turns::indent(text, spaces).into())
    });
}

/// Adds a user's filter, or replaces one.
pub(super) fn add_own(templates: &mut Environment<'static>, name: String, filter: Filter) {
    templates.add_filter(name, move |value: Value, arguments: Rest<Value>| {
        let arguments: Result<Vec<Json>, Error> = arguments.iter().map(json).collect();
        let filtered = filter(json(&value)?, &arguments?);
        let filtered = filtered.map_err(|error| wrong(error.to_string()))?;
        Ok::<_, Error>(Value::from(Serde(filtered)))
    });
}

/// A missing value is `null`.
fn json(value: &Value) -> Result<Json, Error> {
    if value.is_undefined() {
        return Ok(Json::Null);
    }
    Json::deserialize(value)
}

/// Adds a filter with a numeric argument, which may be given by name.
fn add_counted(
    templates: &mut Environment<'static>,
    name: &'static str,
    argument: &'static str,
    filter: fn(&str, i64) -> Result<Value, Error>,
) {
    templates.add_filter(name, move |value: Value, number: ValueOrKwargs| {
        let number = Value::from(number);
        let number = match number.is_kwargs() {
            true => {
                let named = Kwargs::try_from(number)?;
                let number = named.get::<i64>(argument)?;
                named.assert_all_used()?;
                Some(number)
            }
            false => number.as_i64(),
        };
        let number = number.ok_or_else(|| wrong(format!("`{name}` wants one whole number")))?;
        filter(&text(name, &value)?, number)
    });
}

/// A missing string is empty.
fn text<'a>(filter: &str, value: &'a Value) -> Result<Cow<'a, str>, Error> {
    match value.as_str() {
        Some(text) => Ok(Cow::Borrowed(text)),
        None if value.is_undefined() || value.is_none() => Ok(Cow::Borrowed("")),
        None => Err(wrong(format!(
            "`{filter}` wants a text, found a {}",
            value.kind()
        ))),
    }
}

/// Missing events are an empty list.
fn listed(filter: &str, events: &Value) -> Result<Vec<Value>, Error> {
    let kind = events.kind();
    if matches!(kind, ValueKind::None | ValueKind::Undefined) {
        return Ok(Vec::new());
    }
    if !matches!(kind, ValueKind::Seq | ValueKind::Iterable) {
        return Err(wrong(format!(
            "`{filter}` wants a list of events, found a {kind}"
        )));
    }
    Ok(events.try_iter()?.collect())
}

fn wrong(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The first unknown filter that the template uses, and its line.
pub(super) fn unknown<'a>(
    source: &'a str,
    templates: &Environment<'static>,
) -> Option<(&'a str, usize)> {
    let used = used(source).into_iter();
    let mut unknown = used.filter(|(name, _)| !is_known(name, templates));
    let (name, at) = unknown.next()?;
    Some((name, source[..at].matches('\n').count() + 1))
}

/// A known filter that is called without a value fails with another error than an unknown one.
fn is_known(name: &str, templates: &Environment<'static>) -> bool {
    match templates.empty_state().apply_filter(name, &[]) {
        Ok(_) => true,
        Err(error) => error.kind() != ErrorKind::UnknownFilter,
    }
}

/// The filters that a template uses, and where: names after `|`, and after `filter` in `{% filter name %}`.
fn used(source: &str) -> Vec<(&str, usize)> {
    let mut used = Vec::new();
    let mut at = 0;
    while let Some((start, kind)) = next_tag(source, at) {
        let end = match kind {
            "{#" => after(source, start, "#}"),
            "{%" if first_word(&source[start..]).0 == "raw" => after(source, start, "endraw"),
            "{%" => names(source, start, "%}", &mut used),
            _ => names(source, start, "}}", &mut used),
        };
        at = end;
    }
    used
}

/// The next tag: where its content starts, and its brackets.
fn next_tag(source: &str, from: usize) -> Option<(usize, &str)> {
    let rest = &source[from..];
    rest.match_indices('{').find_map(|(at, _)| {
        let tag = rest.get(at..at + 2)?;
        matches!(tag, "{{" | "{%" | "{#").then_some((from + at + 2, tag))
    })
}

fn after(source: &str, from: usize, end: &str) -> usize {
    let found = source[from..].find(end);
    found.map_or(source.len(), |at| from + at + end.len())
}

/// Collects the filters of one tag; returns the position after it.
fn names<'a>(source: &'a str, from: usize, end: &str, used: &mut Vec<(&'a str, usize)>) -> usize {
    let mut push = |at: usize| {
        let (name, skipped) = first_word(&source[at..]);
        if !name.is_empty() {
            used.push((name, at + skipped));
        }
    };
    if let ("filter", skipped) = first_word(&source[from..]) {
        push(from + skipped + "filter".len());
    }
    let mut at = from;
    while let Some(c) = source[at..].chars().next() {
        if source[at..].starts_with(end) {
            return at + end.len();
        }
        at += c.len_utf8();
        match c {
            '|' => push(at),
            '"' | '\'' => at = after_text(source, at, c),
            _ => {}
        }
    }
    at
}

fn after_text(source: &str, from: usize, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source[from..].char_indices() {
        if c == quote && !escaped {
            return from + at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    source.len()
}

/// The first word of a string after whitespace and `-`, and the length of both.
fn first_word(text: &str) -> (&str, usize) {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '-' || c == '+');
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let end = start.find(|c| !word(c)).unwrap_or(start.len());
    (&start[..end], text.len() - start.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        let found = used(source);
        let names: Vec<_> = found.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected, "for {source}");
    }

    #[test]
    fn finds_the_filters_of_a_template() {
        check("a | b", &[]);
        check("{{ a | b|c(1) | d.e }}", &["b", "c", "d.e"]);
        check("{{ '|x' | b(\"\\\"|y\") }} | z", &["b"]);
        check("{%- filter upper %}x | y{% endfilter %}", &["upper"]);
        check(
            "{# a | b #}{% raw %}{{ a | b }}{% endraw %}{{ a|c }}",
            &["c"],
        );
        check("{% if a | length > 1 %}{ {ä", &["length"]);
        check("{{ 'ä", &[]);
    }
}
