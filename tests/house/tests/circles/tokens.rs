//! Splits a Rust source into the tokens that matter for paths: words, `::` and punctuation. Comments, lifetimes and
//! literals are skipped, except a string that is a path, as in serde's attributes.

/// The tokens of a source, in order.
pub(crate) fn tokens(source: &str) -> Vec<&str> {
    let mut cutter = Cutter {
        rest: source,
        tokens: Vec::new(),
    };
    while !cutter.rest.is_empty() {
        cutter.step();
    }
    cutter.tokens
}

struct Cutter<'a> {
    rest: &'a str,
    tokens: Vec<&'a str>,
}

impl<'a> Cutter<'a> {
    fn step(&mut self) {
        if let Some(length) = passed_over(self.rest) {
            self.skip(length);
        } else if self.rest.starts_with('"') {
            self.string();
        } else {
            self.take(token(self.rest));
        }
    }

    fn take(&mut self, length: usize) {
        self.tokens.push(&self.rest[..length]);
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        self.rest = &self.rest[length..];
    }

    /// A string is skipped; its content is read if it is a path.
    fn string(&mut self) {
        let length = string(self.rest);
        let inside = self.rest[..length].trim_matches('"');
        let names_ours = ["crate::", "super::", "self::"];
        if names_ours.iter().any(|start| inside.starts_with(start))
            && inside.chars().all(|c| is_word(c) || c == ':')
        {
            self.tokens.extend(tokens(inside));
            self.tokens.push("\"");
        }
        self.skip(length);
    }
}

/// The length of a comment, lifetime or literal, if there is one here.
fn passed_over(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return Some(comment(text));
    }
    match first {
        '\'' => Some(quoted(text)),
        _ if first.is_whitespace() => Some(first.len_utf8()),
        _ => raw_string(text),
    }
}

/// The length of a word, a `::` or a punctuation character.
fn token(text: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    match text.find(|c| !is_word(c)) {
        Some(0) if text.starts_with("::") => 2,
        Some(0) => first,
        Some(length) => length,
        None => text.len(),
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a comment, which may be nested.
fn comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a raw string.
fn raw_string(text: &str) -> Option<usize> {
    let starts = ["r", "br", "cr"];
    let after = starts.iter().find_map(|start| text.strip_prefix(start))?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let inside = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let rest = inside.split_once(&end).map_or("", |(_, rest)| rest);
    Some(text.len() - rest.len())
}

/// The length of a string literal, including its quotes.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal or a lifetime.
fn quoted(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next().unwrap_or_default();
    if first == '\\' {
        let close = text[3..].find('\'');
        return close.map_or(text.len(), |at| 3 + at + 1);
    }
    match chars.next() {
        Some((at, '\'')) => at + 1,
        Some((at, _)) if !is_word(first) => at,
        _ => 1 + text[1..].find(|c| !is_word(c)).unwrap_or(text.len() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[track_caller]
    fn check(source: &str, expected: &[&str]) {
        assert_eq!(tokens(source), expected, "of {source}");
    }

    #[test]
    fn comments_lifetimes_and_literals_are_left_out() {
        check("a // super::b\nc", &["a", "c"]);
        check("a /* b /* c */ d */ e", &["a", "e"]);
        check("&'a str", &["&", "str"]);
        check(
            r#"f('\'', 'x', '"', "a \" b", b"c") g"#,
            &["f", "(", ",", ",", ",", ",", "b", ")", "g"],
        );
        check(r###"a r#"b " c"# d"###, &["a", "d"]);
    }

    #[test]
    fn a_path_in_a_string_is_read() {
        check(
            r#"with = "super::a""#,
            &["with", "=", "super", "::", "a", "\""],
        );
    }

    #[test]
    fn signs_stand_alone_and_double_colons_together() {
        check("a::<B>::c", &["a", "::", "<", "B", ">", "::", "c"]);
    }
}
