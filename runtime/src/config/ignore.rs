//! `.railsignore`: patterns for names of files that are not part of a configuration, one per line (nemoguardrails
//! 0.24.1).

use std::path::Path;

use regex::{RegexSet, RegexSetBuilder};

use super::error::{ConfigError, ConfigErrorKind};

/// The patterns of the nearest `.railsignore`, in the folder or its ancestors.
///
/// They are compiled to regular expressions, which stay fast for patterns with many stars.
#[derive(Debug)]
pub(super) struct Ignored(RegexSet);

impl Ignored {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or has too many patterns.
    pub(super) fn near(
        folder: &Path,
        read: impl Fn(&Path) -> Result<String, ConfigError>,
    ) -> Result<Self, ConfigError> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let file = folder
            .ancestors()
            .map(|folder| folder.join(".railsignore"))
            .find(|file| file.is_file());
        match file {
            None => Ok(Self(RegexSet::empty())),
            Some(file) => Self::new(&read(&file)?).map_err(|error| {
                let message = format!("this cannot be used: {error}");
                ConfigError::of_file(ConfigErrorKind::Unreadable, &file, message).caused_by(error)
            }),
        }
    }

    fn new(text: &str) -> Result<Self, regex::Error> {
        let lines = text.trim_start_matches('\u{feff}').lines();
        let lines = lines.filter(|line| !line.starts_with('#')).map(str::trim);
        let patterns = lines.filter(|line| !line.is_empty()).map(expression);
        let mut patterns = RegexSetBuilder::new(patterns);
        patterns.dot_matches_new_line(true).build().map(Self)
    }

    /// Whether a file with this name, without its folders, is ignored.
    pub(super) fn contains(&self, file_name: &str) -> bool {
        self.0.is_match(file_name)
    }
}

/// Translates a pattern: `*` matches any string, `?` one character, `[ab]` one of these, `[!ab]` any other one.
fn expression(pattern: &str) -> String {
    let mut written = "^".to_owned();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => written += ".*",
            '?' => written.push('.'),
            '[' => match class(rest.as_str()) {
                Some((members, behind)) => {
                    written += &members;
                    rest = behind.chars();
                }
                None => written += "\\[",
            },
            c => written += &regex::escape(c.encode_utf8(&mut [0; 4])),
        }
    }
    written + "$"
}

/// Translates a class, given without its opening bracket, and returns the rest of the pattern after it.
fn class(pattern: &str) -> Option<(String, &str)> {
    let (negated, members) = match pattern.strip_prefix('!') {
        Some(members) => ("^", members),
        None => ("", pattern),
    };
    let first = members.chars().next()?;
    let end = members[first.len_utf8()..].find(']')? + first.len_utf8();
    let mut written = format!("[{negated}");
    let mut chars = members[..end].chars().peekable();
    while let Some(from) = chars.next() {
        let to = upper_end(&mut chars).unwrap_or(from);
        if from <= to {
            let escaped = [from, to].map(|c| regex::escape(c.encode_utf8(&mut [0; 4])));
            written += &escaped.join("-");
        }
    }
    let is_empty = written.len() == negated.len() + 1;
    let written = match (is_empty, negated.is_empty()) {
        (false, _) => written + "]",
        (true, true) => "[^\\x00-\\x{10ffff}]".to_owned(),
        (true, false) => ".".to_owned(),
    };
    Some((written, &members[end + 1..]))
}

/// The `z` of `a-z`, after the `a` has been read.
fn upper_end(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    let mut ahead = chars.clone();
    let to = match (ahead.next(), ahead.next()) {
        (Some('-'), Some(to)) => to,
        _ => return None,
    };
    *chars = ahead;
    Some(to)
}

#[cfg(test)]
mod tests {
    use super::Ignored;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: bool) {
        let ignored = Ignored::new(pattern).expect("patterns");
        assert_eq!(ignored.contains(name), expected, "{pattern} on {name}");
    }

    #[test]
    fn a_plain_name_is_itself() {
        check("main.co", "main.co", true);
        check("main.co", "main.com", false);
    }

    #[test]
    fn a_star_is_any_text() {
        check("*.co", "main.co", true);
        check("*", "a", true);
        check("*.co", "main.yml", false);
    }

    #[test]
    fn brackets_are_one_of_several() {
        check("draft[0-9].co", "draft7.co", true);
        check("draft[!0-9].co", "draft7.co", false);
        check("a[", "a[", true);
        check("[]]", "]", true);
        check("[a-]", "-", true);
        check("[^a]", "^", true);
        check("[ä-ü]", "ö", true);
        check("[z-a]", "b", false);
        check("[!z-a]", "b", true);
        check("[&&~~]", "~", true);
    }

    #[test]
    fn a_question_mark_is_one_character() {
        check("?.co", "ä.co", true);
        check("?.co", ".co", false);
    }

    #[test]
    fn braces_are_braces() {
        check("{a,b}.co", "a.co", false);
        check("{a,b}.co", "{a,b}.co", true);
    }

    #[test]
    fn a_backslash_is_a_backslash() {
        check("a\\*.co", "a\\b.co", true);
    }

    #[test]
    fn many_stars_take_no_longer() {
        let name = "a".repeat(250) + ".yml";
        check(&("*a".repeat(60) + ".co"), &name, false);
    }

    #[test]
    fn comments_and_empty_lines_are_no_patterns() {
        check("# main.co\n\n  other.co \r\n", "main.co", false);
        check("# main.co\n\n  other.co \r\n", "other.co", true);
    }
}
