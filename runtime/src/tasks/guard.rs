//! Limits on templates: they must not be nested so deeply that parsing overflows the stack, nor create huge values.

use minijinja::value::{Kwargs, Rest, StringInput, Value, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, filters};
use minijinja_contrib::pycompat;

use super::bounded::LARGEST;

/// How many operators, brackets and filters one tag may contain.
const MOST_OPERATORS: usize = 500;

/// How deeply blocks may be nested; an `elif` counts as one level.
const DEEPEST: usize = 100;

/// The largest width for `format`, and the largest row for `batch` and `slice`.
const WIDEST: u64 = 10_000;

const OPENING: [&str; 9] = [
    "if",
    "for",
    "macro",
    "call",
    "filter",
    "with",
    "block",
    "autoescape",
    "elif",
];

const WORDS: [&str; 6] = ["not", "and", "or", "if", "else", "is"];

/// Why the source is refused before it is parsed.
pub(super) fn refusal(source: &str) -> Option<String> {
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0;
    for (at, tag) in tags(source) {
        let line = source[..at].matches('\n').count() + 1;
        if operators(tag) > MOST_OPERATORS {
            return Some(format!(
                "line {line}: one expression has more than {MOST_OPERATORS} operators; set variables for its parts"
            ));
        }
        let word = tag.trim_start_matches(['%', '-', '+', ' ', '\n', '\t']);
        let word: &str = word
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or_default();
        if tag.starts_with('%') && OPENING.contains(&word) {
            if word != "elif" {
                open.push(depth);
            }
            depth += 1;
        } else if tag.starts_with('%') && word.starts_with("end") {
            depth = open.pop().unwrap_or(0);
        }
        if depth > DEEPEST {
            return Some(format!(
                "line {line}: blocks are nested more than {DEEPEST} deep"
            ));
        }
    }
    None
}

/// The content of each tag, including its `{` or `%`, and its position.
fn tags(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices('{').filter_map(|(at, _)| {
        let rest = &source[at + 1..];
        let end = match rest.chars().next()? {
            '{' => "}}",
            '%' => "%}",
            _ => return None,
        };
        Some((at, &rest[..rest.find(end).unwrap_or(rest.len())]))
    })
}

/// The number of operators, brackets and filters in a tag, outside of strings.
fn operators(tag: &str) -> usize {
    let (mut count, mut quote, mut word) = (0, None, String::new());
    for c in tag.chars() {
        match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
                continue;
            }
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c.is_alphanumeric() || c == '_' => {
                word.push(c);
                continue;
            }
            None if !c.is_whitespace() && c != ',' => count += 1,
            None => {}
        }
        count += usize::from(WORDS.contains(&word.as_str()));
        word.clear();
    }
    count
}

/// Wraps each filter that can create a large value from a small one in a check of its arguments.
pub(super) fn add_all(templates: &mut Environment<'static>) {
    templates.add_filter(
        "format",
        |state: &mut State, pattern: Value, arguments: Rest<ValueOrKwargs>| {
            let values: Vec<Value> = arguments.iter().cloned().map(Value::from).collect();
            check_format(&pattern, &values)?;
            filters::format(state, &pattern, arguments)
        },
    );
    templates.add_filter(
        "batch",
        |state: &State, value: Value, count: usize, fill: Option<Value>| {
            check_rows("batch", count)?;
            filters::batch(state, value, count, fill)
        },
    );
    templates.add_filter(
        "slice",
        |state: &State, value: Value, count: usize, fill: Option<Value>| {
            check_rows("slice", count)?;
            filters::slice(state, value, count, fill)
        },
    );
    add_all_for_texts(templates);
    templates.set_unknown_method_callback(method);
}

fn add_all_for_texts(templates: &mut Environment<'static>) {
    templates.add_filter(
        "replace",
        |state: &mut State, value: StringInput<'_>, from: StringInput<'_>, to: StringInput<'_>| {
            check_replace(value.as_str(), from.as_str(), to.as_str())?;
            filters::replace(state, value, from, to)
        },
    );
    templates.add_filter(
        "join",
        |state: &mut State,
         value: Value,
         joiner: Option<StringInput<'_>>,
         attribute: Option<&str>,
         named: Kwargs| {
            let text = joiner.as_ref().map_or("", StringInput::as_str);
            check_join(&value, text)?;
            filters::join(state, &value, joiner, attribute, named)
        },
    );
}

/// The methods of Python's strings, with the same limits.
fn method(
    state: &mut State,
    value: &Value,
    method: &str,
    arguments: &[Value],
) -> Result<Value, Error> {
    let text = |place: usize| arguments.get(place).and_then(Value::as_str);
    match (method, value.as_str()) {
        ("format", Some(_)) => check_format(value, arguments)?,
        ("replace", Some(own)) => {
            check_replace(
                own,
                text(0).unwrap_or_default(),
                text(1).unwrap_or_default(),
            )?;
        }
        ("join", Some(own)) => {
            if let Some(items) = arguments.first() {
                check_join(items, own)?;
            }
        }
        _ => {}
    }
    pycompat::unknown_method_callback(state, value, method, arguments)
}

fn check_format(pattern: &Value, arguments: &[Value]) -> Result<(), Error> {
    let pattern = pattern.as_str().unwrap_or_default();
    let mut numbers = pattern.split(|c: char| !c.is_ascii_digit());
    let is_wide = |digits: &str| {
        digits.len() > 5 || digits.parse::<u64>().is_ok_and(|digits| digits > WIDEST)
    };
    let mut widths = arguments.iter().filter(|_| pattern.contains('*'));
    let wide = numbers.any(|digits| !digits.is_empty() && is_wide(digits))
        || widths.any(|width| {
            width
                .as_i64()
                .is_some_and(|width| width.unsigned_abs() > WIDEST)
        });
    match wide {
        true => Err(refused(format!(
            "`format` makes fields of at most {WIDEST} characters"
        ))),
        false => Ok(()),
    }
}

fn check_rows(filter: &str, count: usize) -> Result<(), Error> {
    match u64::try_from(count).is_ok_and(|count| count <= WIDEST) {
        true => Ok(()),
        false => Err(refused(format!(
            "`{filter}` takes at most {WIDEST}, not {count}"
        ))),
    }
}

fn check_replace(value: &str, from: &str, to: &str) -> Result<(), Error> {
    let most = value.len() / from.len().max(1) + 1;
    check_size(
        "replace",
        most.saturating_mul(to.len()).saturating_add(value.len()),
    )
}

fn check_join(items: &Value, joiner: &str) -> Result<(), Error> {
    let size = |item: Value| {
        item.as_str()
            .map_or(32, str::len)
            .saturating_add(joiner.len())
    };
    let Ok(items) = items.try_iter() else {
        return Ok(());
    };
    let mut sum = 0_usize;
    for item in items {
        sum = sum.saturating_add(size(item));
        check_size("join", sum)?;
    }
    Ok(())
}

fn check_size(filter: &str, bytes: usize) -> Result<(), Error> {
    match bytes <= LARGEST {
        true => Ok(()),
        false => Err(refused(format!("`{filter}` would make more than 64 MiB"))),
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::tasks::template;

    #[track_caller]
    fn check(source: &str, words: &str) {
        let found = refusal(source).or_else(|| {
            let templates = template::environment(HashMap::new());
            let rendered = templates.render_str(source, ());
            rendered.err().map(|error| template::in_words(&error))
        });
        let found = found.expect("it is refused");
        assert!(found.contains(words), "{found}");
    }

    #[test]
    fn what_nests_without_end_is_not_read() {
        check(
            &format!("{{{{ {} x }}}}", "not ".repeat(5_000)),
            "500 operators",
        );
        check(&format!("a\n{{{{ {}1 }}}}", "-".repeat(5_000)), "line 2");
        check(
            &format!("{{{{ 1{} }}}}", " + 1".repeat(5_000)),
            "500 operators",
        );
        check(
            &format!("{{{{ x{} }}}}", "|upper".repeat(5_000)),
            "500 operators",
        );
        check(&"{% if x %}".repeat(5_000), "100 deep");
        let chain = "{% elif x %}".repeat(5_000);
        check(&format!("{{% if x %}}{chain}{{% endif %}}"), "100 deep");
    }

    #[test]
    fn what_people_write_is_read() {
        for source in [
            "{% for x in [1, 2] %}{% if x is odd %}{{ x }}{% elif x %}-{% else %}+{% endif %}{% endfor %}",
            "{{ '-----------' * 2 }}",
            "plain { text } with %",
        ] {
            assert_eq!(refusal(source), None, "for {source}");
        }
        let many = "{% if x %}a{% endif %}".repeat(1_000);
        assert_eq!(refusal(&many), None);
    }

    #[test]
    fn little_does_not_make_much() {
        check("{{ '%9999999999999d'|format(1) }}", "`format`");
        check("{{ '%*d'|format(999999999999, 1) }}", "`format`");
        check("{{ '{:>9999999999}'.format(1) }}", "`format`");
        check("{{ [1]|batch(40000000000, 0)|list }}", "`batch`");
        check("{{ [1]|slice(40000000000, 0)|list }}", "`slice`");
        check(
            "{{ ('a' * 100000)|replace('a', 'b' * 100000) }}",
            "`replace`",
        );
        check(
            "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
            "`replace`",
        );
        check("{{ range(10000)|join('b' * 100000) }}", "`join`");
        check("{{ ('b' * 100000).join(range(10000)) }}", "`join`");
    }

    #[test]
    fn filters_work_as_before() {
        let templates = template::environment(HashMap::new());
        for (source, expected) in [
            ("{{ '%05d'|format(7) }}", "00007"),
            ("{{ [1, 2, 3]|batch(2)|list }}", "[[1, 2], [3]]"),
            ("{{ 'aba'|replace('a', 'x') }}", "xbx"),
            ("{{ [1, 2]|join(', ') }}", "1, 2"),
            ("{{ 'aba'.replace('a', 'x') }}", "xbx"),
        ] {
            assert_eq!(templates.render_str(source, ()).expect(source), expected);
        }
    }
}
