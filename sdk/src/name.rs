//! Names of actions: the error for an invalid one, its message as a constant for compile time, and the normalised
//! form used for lookup if the exact name is unknown.

use std::fmt;
use umim::{ActionNameErrorKind, check_action_name};

/// An invalid action name; see [`umim::check_action_name`] for the rules.
///
/// ```
/// use action_sdk::prelude::*;
///
/// let error = ActionDescriptor::new("custom_test", |_call| async { Ok::<_, ActionError>(()) }).unwrap_err();
/// assert!(error.to_string().contains("rename it to `CustomTestAction`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError(String); // Invariant: `check_action_name` refuses it.

impl NameError {
    /// Checks a name against the rules.
    pub(crate) fn check(name: &str) -> Result<(), Self> {
        check_action_name(name).map_err(|error| Self(error.name().to_owned()))
    }

    /// The name that was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match check_action_name(&self.0) {
            Ok(()) => f.write_str(&self.0),
            Err(error) => write!(f, "{}; {}", error.problem(), error.help()),
        }
    }
}

impl std::error::Error for NameError {}

/// A name for an action that other programs know by these words: `fs`, `read_file` give `FsReadFileAction`. It may
/// still break a rule of [`umim::check_action_name`], and two lists of words may give the same name.
///
/// ```
/// assert_eq!(action_sdk::action_name(["fs", "read_file"]), "FsReadFileAction");
/// assert_eq!(action_sdk::action_name(["GitHub", "listPRs"]), "GitHubListPRsAction");
/// ```
#[must_use]
pub fn action_name<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words = words.into_iter();
    let words = words.flat_map(|name| name.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + "Action"
}

/// The form in which spellings of a name are compared: every `Action` removed, in snake case. nemoguardrails 0.24.1
/// does the same with names it does not know: `FetchDataAction` becomes `fetch_data`.
pub(crate) fn normalised(name: &str) -> String {
    let parts = match name.strip_suffix("Action") {
        Some(stem) if stem.contains("Action") => return snake_case(&stem.replace("Action", "")),
        Some(stem) => stem,
        None => name,
    };
    snake_case(parts)
}

fn snake_case(name: &str) -> String {
    match name.is_ascii() {
        true => ascii_snake_case(name.as_bytes()),
        false => unicode_snake_case(name),
    }
}

/// Hosts look up the name of each action event, most of which belong to no action here, so this is fast.
fn ascii_snake_case(name: &[u8]) -> String {
    let mut snake = Vec::with_capacity(name.len() + 8);
    let mut before = b'_';
    for (index, letter) in name.iter().enumerate() {
        if letter.is_ascii_uppercase() {
            let continues = before.is_ascii_lowercase() || before.is_ascii_digit();
            let ends_acronym = before.is_ascii_uppercase()
                && name.get(index + 1).is_some_and(u8::is_ascii_lowercase);
            if continues || ends_acronym {
                snake.push(b'_');
            }
        }
        snake.push(letter.to_ascii_lowercase());
        before = *letter;
    }
    String::from_utf8(snake).unwrap_or_default()
}

fn unicode_snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        if index > 0 && starts_word(letters[index - 1], *letter, letters.get(index + 1).copied()) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `aB` and `1B` are split before the `B`, and so is `ABc`, so that `HTTPGet` gives `http_get`.
fn starts_word(before: char, letter: char, after: Option<char>) -> bool {
    let continues = before.is_lowercase() || before.is_ascii_digit();
    let ends_acronym = before.is_uppercase() && after.is_some_and(char::is_lowercase);
    letter.is_uppercase() && (continues || ends_acronym)
}

/// Returns the name if it is valid. Used in generated code, so that an invalid name is a compile error.
///
/// # Panics
///
/// If the name is invalid, with the rule it breaks; the compiler reports this at the caller.
#[track_caller]
pub const fn checked_name(name: &'static str) -> &'static str {
    match check_action_name(name) {
        Ok(()) => name,
        Err(error) => {
            let (before, after) = parts(error.kind());
            let mut text = Text::new();
            text.add(before);
            text.add(name);
            text.add(after);
            panic!("{}", text.as_str())
        }
    }
}

const fn parts(kind: ActionNameErrorKind) -> (&'static str, &'static str) {
    match kind {
        ActionNameErrorKind::NothingBeforeSuffix => {
            ("the action name `", "` has nothing before the suffix")
        }
        ActionNameErrorKind::NotAnIdentifier => (
            "action name `",
            "` is not an identifier: only letters (ASCII), digits and `_` are allowed, and a letter comes first",
        ),
        ActionNameErrorKind::LacksSuffix => ("action name `", "` does not end with `Action`"),
        ActionNameErrorKind::StartsLowerCase => (
            "action name `",
            "` does not start with an upper-case letter",
        ),
        ActionNameErrorKind::ReadsAsEvent(_) => (
            "action name `",
            "` starts with `Start`, `Stop` or `Change`: Colang reads it as an event, so no flow could call it",
        ),
        _ => ("action name `", "` breaks a rule"),
    }
}

/// A string built at compile time, without a heap. What does not fit is cut off.
struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        let (bytes, length) = ([0; 512], 0);
        Self { bytes, length }
    }

    const fn add(&mut self, part: &str) {
        let part = part.as_bytes();
        let mut at = 0;
        while at < part.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = part[at];
            self.length += 1;
            at += 1;
        }
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the action name breaks a rule",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_normalised(name: &str, expected: &str) {
        assert_eq!(normalised(name), expected, "for {name}");
    }

    #[test]
    fn cuts_every_suffix() {
        check_normalised("FetchDataAction", "fetch_data");
        check_normalised("ActionFetchAction", "fetch");
    }

    #[test]
    fn leaves_other_names_alone() {
        check_normalised("fetch_data", "fetch_data");
        check_normalised("action_fetch_data", "action_fetch_data");
    }

    #[test]
    fn a_name_of_ascii_letters_gets_the_same_form_either_way() {
        for name in [
            "",
            "_",
            "A",
            "aB",
            "ABc",
            "HTTPGet2Say",
            "x_Y",
            "9Lives",
            "ABC",
            "Get__JSON1a",
        ] {
            assert_eq!(snake_case(name), unicode_snake_case(name), "for {name}");
        }
    }

    #[test]
    fn parts_acronyms_and_digits() {
        check_normalised("HTTPGetAction", "http_get");
        check_normalised("Utf8TextAction", "utf8_text");
        check_normalised("GetJSONAction", "get_json");
    }

    #[test]
    fn a_name_is_checked_while_the_program_is_compiled() {
        const NAME: &str = checked_name("CustomTestAction");
        assert_eq!(NAME, "CustomTestAction");
    }

    #[test]
    #[should_panic(expected = "action name `CustomTest` does not end with `Action`")]
    fn a_wrong_name_tells_the_rule() {
        checked_name("CustomTest");
    }

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let mut text = Text::new();
        text.add(&"x".repeat(600));
        assert_eq!(text.as_str().len(), 512);
    }
}
