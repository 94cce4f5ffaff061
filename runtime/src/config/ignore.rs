//! `.railsignore`: names of files that are not part of a configuration, one pattern a line (nemoguardrails 0.24.1).

use std::path::Path;

/// The patterns of the nearest `.railsignore`, looked for in the folder and in those that it lies in.
#[derive(Debug, Default)]
pub(super) struct Ignored(Vec<String>);

impl Ignored {
    /// Reads the file; there need not be one.
    pub(super) fn near(folder: &Path) -> Self {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let text = folder
            .ancestors()
            .map(|folder| folder.join(".railsignore"))
            .find(|file| file.is_file())
            .and_then(|file| std::fs::read_to_string(file).ok());
        let lines = text.as_deref().unwrap_or_default().lines();
        let patterns = lines.filter(|line| !line.starts_with('#')).map(str::trim);
        Self(
            patterns
                .filter(|pattern| !pattern.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Whether a file of this name, given without its folders, is left out.
    pub(super) fn contains(&self, file_name: &str) -> bool {
        let name: Vec<char> = file_name.chars().collect();
        self.0
            .iter()
            .any(|pattern| matches(&pattern.chars().collect::<Vec<_>>(), &name))
    }
}

/// `*` stands for any text, `?` for one character, `[ab]` for one of these, `[!ab]` for any other.
fn matches(pattern: &[char], name: &[char]) -> bool {
    match pattern {
        [] => name.is_empty(),
        ['*', rest @ ..] => (0..=name.len()).any(|at| matches(rest, &name[at..])),
        ['?', rest @ ..] => !name.is_empty() && matches(rest, &name[1..]),
        ['[', rest @ ..] => match class(rest) {
            Some((set, rest)) => name
                .split_first()
                .is_some_and(|(c, name)| is_in(*c, set) && matches(rest, name)),
            None => name.first() == Some(&'[') && matches(rest, &name[1..]),
        },
        [c, rest @ ..] => name.first() == Some(c) && matches(rest, &name[1..]),
    }
}

/// What stands before the closing bracket, and what comes behind it.
fn class(pattern: &[char]) -> Option<(&[char], &[char])> {
    let first = usize::from(pattern.first() == Some(&'!')) + 1;
    let end = (first..pattern.len()).find(|at| pattern[*at] == ']')?;
    Some((&pattern[..end], &pattern[end + 1..]))
}

fn is_in(c: char, set: &[char]) -> bool {
    let (negated, set) = match set {
        ['!', set @ ..] => (true, set),
        set => (false, set),
    };
    let mut found = false;
    let mut rest = set;
    while let [first, tail @ ..] = rest {
        match tail {
            ['-', last, tail @ ..] => {
                found |= (*first..=*last).contains(&c);
                rest = tail;
            }
            tail => {
                found |= *first == c;
                rest = tail;
            }
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: bool) {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(
            matches(&chars(pattern), &chars(name)),
            expected,
            "{pattern} on {name}"
        );
    }

    #[test]
    fn a_plain_name_is_itself() {
        check("main.co", "main.co", true);
        check("main.co", "main.com", false);
    }

    #[test]
    fn a_star_is_any_text() {
        check("*.co", "main.co", true);
        check("*", "", true);
        check("*.co", "main.yml", false);
    }

    #[test]
    fn brackets_are_one_of_several() {
        check("draft[0-9].co", "draft7.co", true);
        check("draft[!0-9].co", "draft7.co", false);
        check("a[", "a[", true);
        check("[]]", "]", true);
    }

    #[test]
    fn a_question_mark_is_one_character() {
        check("?.co", "ä.co", true);
        check("?.co", ".co", false);
    }
}
