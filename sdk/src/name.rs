//! Names of actions: the error for a wrong one, its text as a constant for the compiler, and the normalised form
//! under which a name is looked up when the exact one is unknown.

use std::fmt;
use umim::{ActionNameErrorKind, check_action_name};

/// A name that no action can have; see [`umim::check_action_name`] for the rules.
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
    /// Holds a name against the rules.
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

/// The form under which different spellings of a name meet: every `Action` cut, snake case. As nemoguardrails 0.24.1
/// does it for names it does not know: `FetchDataAction` becomes `fetch_data`.
pub(crate) fn normalised(name: &str) -> String {
    let stem = match name.ends_with("Action") {
        true => name.replace("Action", ""),
        false => name.to_owned(),
    };
    snake_case(&stem)
}

fn snake_case(name: &str) -> String {
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

/// `aB` and `1B` part before the `B`; `ABc` parts before the `B` too, so that `HTTPGet` gives `http_get`.
fn starts_word(before: char, letter: char, after: Option<char>) -> bool {
    let continues = before.is_lowercase() || before.is_ascii_digit();
    let ends_acronym = before.is_uppercase() && after.is_some_and(char::is_lowercase);
    letter.is_uppercase() && (continues || ends_acronym)
}

const fn parts(kind: ActionNameErrorKind) -> (&'static str, &'static str) {
    match kind {
        ActionNameErrorKind::NothingBeforeSuffix => {
            ("the action name `", "` has nothing before the suffix")
        }
        ActionNameErrorKind::NotAnIdentifier => ("action name `", "` is not an identifier"),
        ActionNameErrorKind::LacksSuffix => ("action name `", "` does not end with `Action`"),
        ActionNameErrorKind::StartsLowerCase => (
            "action name `",
            "` does not start with an upper-case letter",
        ),
        ActionNameErrorKind::ReadsAsEvent(_) => (
            "action name `",
            "` starts with `Start`, `Stop` or `Change`: Colang reads it as an event",
        ),
        _ => ("action name `", "` breaks a rule"),
    }
}

/// How long the text of the problem with this name is; 0 if there is none. For generated code.
pub const fn name_problem_length(name: &str) -> usize {
    match check_action_name(name) {
        Ok(()) => 0,
        Err(error) => {
            let (before, after) = parts(error.kind());
            before.len() + name.len() + after.len()
        }
    }
}

/// The text of the problem with this name, as a constant. For generated code.
pub const fn name_problem<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let mut text = [b' '; LENGTH];
    if let Err(error) = check_action_name(name) {
        let (before, after) = parts(error.kind());
        put(&mut text, 0, before);
        put(&mut text, before.len(), name);
        put(&mut text, before.len() + name.len(), after);
    }
    text
}

/// The constant as a text. For generated code.
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "the action name breaks a rule",
    }
}

const fn put(text: &mut [u8], at: usize, part: &str) {
    let mut index = 0;
    while index < part.len() {
        text[at + index] = part.as_bytes()[index];
        index += 1;
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
    fn parts_acronyms_and_digits() {
        check_normalised("HTTPGetAction", "http_get");
        check_normalised("Utf8TextAction", "utf8_text");
        check_normalised("GetJSONAction", "get_json");
    }

    #[test]
    fn the_constant_text_names_the_rule() {
        const LENGTH: usize = name_problem_length("CustomTest");
        const PROBLEM: [u8; LENGTH] = name_problem::<LENGTH>("CustomTest");
        assert_eq!(
            text(&PROBLEM),
            "action name `CustomTest` does not end with `Action`"
        );
        assert_eq!(name_problem_length("CustomTestAction"), 0);
    }
}
