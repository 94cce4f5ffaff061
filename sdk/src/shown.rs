//! Makes strings from outside fit for messages: not too long, and without control characters for a terminal.

use std::borrow::Cow;

const LONGEST: usize = 80;

/// The beginning of a string.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A name or value short enough for a message, on one line.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    on_one_line(cut(text))
}

/// The beginning and the end of a message, on one line: what was found, and what was expected.
pub(crate) fn both_ends(text: &str) -> Cow<'_, str> {
    let start = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    let end = text.char_indices().rev().nth(2 * LONGEST).map(|(at, _)| at);
    on_one_line(match (start, end) {
        (Some(start), Some(end)) if start < end => {
            Cow::Owned(format!("{}…{}", &text[..start], &text[end..]))
        }
        (_, _) => Cow::Borrowed(text),
    })
}

/// Escapes control characters, and those that change the direction of text.
fn on_one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match is_obeyed(c) {
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(
            shortened("a\n\u{1b}[2Jb\u{202e}"),
            "a\\n\\u{1b}[2Jb\\u{202e}"
        );
        assert_eq!(shortened("検査 é🙂"), "検査 é🙂");
    }

    #[test]
    fn a_long_name_keeps_its_beginning() {
        let long = "é".repeat(1_000);
        assert_eq!(shortened(&long), format!("{}…", "é".repeat(80)));
    }

    #[test]
    fn a_long_sentence_keeps_both_ends() {
        let sentence = format!("found `{}`, expected `price`", "é".repeat(10_000));
        let shown = both_ends(&sentence);
        assert!(shown.starts_with("found `é") && shown.ends_with("é`, expected `price`"));
        assert!(shown.chars().count() < 250);
        assert_eq!(both_ends("found `a`"), "found `a`");
    }
}
