//! Settings, line by line: the keys above a place, and the flows that are named as rails.
//!
//! What is typed is seldom whole YAML, so that indentation is all there is to go by.

use colang::source::Span;

use crate::text::{Text, number};

/// A line with a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key<'a> {
    /// The column in which it begins; one in a list is behind the dash.
    indent: usize,
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    /// The part of the line behind the colon.
    value: &'a str,
}

/// The key in a line, if there is one.
pub(crate) fn key(text: &Text, line: usize) -> Option<Key<'_>> {
    let whole = text.line(line);
    let rest = whole.trim_start_matches([' ', '-']);
    let indent = whole.len() - rest.len();
    let end = rest.find(|letter: char| !is_of_key(letter))?;
    let value = rest[end..].trim_start().strip_prefix(':')?;
    let start = text.line_start(line) + indent;
    (end > 0).then(|| Key {
        indent,
        name: &rest[..end],
        span: Span::new(number(start), number(start + end)),
        value,
    })
}

pub(crate) fn is_of_key(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

/// The keys above a place in a line, outermost first. `indent` is the column of the place.
pub(crate) fn path(text: &Text, line: usize, indent: usize) -> Vec<&str> {
    let mut path = Vec::new();
    let mut least = indent;
    for above in (0..line).rev().filter_map(|line| key(text, line)) {
        if above.indent < least {
            path.push(above.name);
            least = above.indent;
        }
    }
    path.reverse();
    path
}

/// The path of a key itself.
pub(crate) fn path_of<'a>(text: &'a Text, line: usize, key: &Key<'a>) -> Vec<&'a str> {
    let mut path = path(text, line, key.indent);
    path.push(key.name);
    path
}

/// The outermost keys, with their spans and the lines in which they begin.
pub(crate) fn outermost(text: &Text) -> Vec<(Key<'_>, usize)> {
    let lines = 0..text.line_count();
    let keys = lines.filter_map(|line| Some((key(text, line)?, line)));
    keys.filter(|(key, _)| key.indent == 0).collect()
}

/// The flows that the settings name as rails, each with its place. Parameters (`$name=…`) are not part of the name.
pub(crate) fn rails(text: &Text) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for line in 0..text.line_count() {
        let whole = text.line(line);
        let Some(item) = whole.trim_start().strip_prefix("- ") else {
            if let Some(key) = key(text, line)
                .filter(|key| key.name == "flows" && is_of_rails(text, line, key.indent))
            {
                found.extend(inline(text, line, key.value));
            }
            continue;
        };
        let indent = whole.len() - whole.trim_start().len();
        // A list may stand in the column of its key.
        let above = path(text, line, indent + 1);
        if above.first() == Some(&"rails") && above.last() == Some(&"flows") {
            found.extend(name(
                text,
                text.line_start(line) + whole.len() - item.len(),
                item,
            ));
        }
    }
    found
}

fn is_of_rails(text: &Text, line: usize, indent: usize) -> bool {
    path(text, line, indent).first() == Some(&"rails")
}

/// The items of `[one, two]`.
fn inline(text: &Text, line: usize, value: &str) -> Vec<(String, Span)> {
    let list = value.trim_end().strip_suffix(']');
    let Some(list) = list.and_then(|list| list.trim_start().strip_prefix('[')) else {
        return Vec::new();
    };
    let whole = text.line(line);
    let mut at = text.line_start(line) + whole.find('[').map_or(0, |at| at + 1);
    let mut found = Vec::new();
    for item in list.split(',') {
        found.extend(name(text, at, item));
        at += item.len() + 1;
    }
    found
}

/// The name of a flow in an item that begins at `at`.
fn name(text: &Text, at: usize, item: &str) -> Option<(String, Span)> {
    let item = item.split(['#', '$', '(']).next()?;
    let inner = item.trim_matches([' ', '\t', '"', '\'']);
    if inner.is_empty() {
        return None;
    }
    let start = at + item.find(inner)?;
    let span = Span::new(number(start), number(start + inner.len()));
    debug_assert_eq!(span.text(text.as_str()), inner);
    Some((inner.to_owned(), span))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
models:
  - type: main
    engine: openai
rails:
  input:
    flows:
    - self check input
    - \"check length\" # why
  output:
    flows: [self check output, other $limit=3]
other:
  flows:
    - no rail
";

    #[test]
    fn finds_the_flows_that_are_rails() {
        let text = Text::new(YAML);
        let rails = rails(&text);
        let names: Vec<_> = rails.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "self check input",
                "check length",
                "self check output",
                "other"
            ]
        );
        for (name, span) in &rails {
            assert_eq!(span.text(YAML), name);
        }
    }

    #[test]
    fn finds_the_keys_above_a_place() {
        let text = Text::new(YAML);
        assert_eq!(path(&text, 2, 4), ["models"]);
        assert_eq!(path(&text, 9, 4), ["rails", "output"]);
        assert!(path(&text, 10, 0).is_empty());
    }
}
