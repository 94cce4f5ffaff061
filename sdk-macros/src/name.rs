//! The rules for an action's name, and the derivation of `CustomTestAction` from `custom_test`.
//!
//! `umim::check_action_name` has the same rules for names that are known only at run time; a test in `tests/house`
//! compares the two.

/// What is wrong with a name, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NameProblem {
    pub(crate) message: String,
    pub(crate) help: String,
}

const SUFFIX: &str = "Action";
/// Colang reads `StartXAction`, `StopXAction` and `ChangeXAction` as events.
const EVENT_PREFIXES: [&str; 3] = ["Start", "Stop", "Change"];

/// Checks `name` against all rules; the first one broken is reported.
pub(crate) fn check(name: &str) -> Result<(), NameProblem> {
    if name == SUFFIX {
        return Err(nothing_before_suffix());
    }
    if !is_identifier(name) {
        return Err(not_an_identifier(name));
    }
    if !name.ends_with(SUFFIX) {
        return Err(lacks_suffix(name));
    }
    if !name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return Err(starts_small(name));
    }
    match EVENT_PREFIXES
        .iter()
        .find(|prefix| name.starts_with(**prefix))
    {
        Some(prefix) => Err(reads_as_event(name, prefix)),
        None => Ok(()),
    }
}

/// The default name for `fn snake_case`: `custom_test` and `custom_test_action` both give `CustomTestAction`. `None`
/// if nothing is left before the suffix, or the letters are not ASCII.
pub(crate) fn derive(function: &str) -> Option<String> {
    let stem = function.strip_suffix("_action").unwrap_or(function);
    let stem = if stem == "action" { "" } else { stem };
    let camel = upper_camel(stem);
    let usable = camel.starts_with(|first: char| first.is_ascii_uppercase()) && function.is_ascii();
    usable.then(|| with_suffix(&camel))
}

/// A valid name for `fn snake_case`, for suggestions.
pub(crate) fn example(function: &str) -> String {
    match derive(function) {
        Some(name) if check(&name).is_ok() => name,
        Some(name) => suggest(&name),
        None => suggest(""),
    }
}

/// The valid name closest to `name`, as a suggestion; `CustomTestAction` if nothing of it can be used.
pub(crate) fn suggest(name: &str) -> String {
    let camel = upper_camel(name.trim_end_matches("_action"));
    let camel = camel.trim_start_matches(|first: char| !first.is_ascii_uppercase());
    if camel.is_empty() || camel == SUFFIX {
        return "CustomTestAction".to_owned();
    }
    let suggestion = with_suffix(camel);
    match EVENT_PREFIXES
        .iter()
        .find(|prefix| suggestion.starts_with(**prefix))
    {
        Some(prefix) => without_event_prefix(&suggestion, prefix),
        None => suggestion,
    }
}

fn with_suffix(camel: &str) -> String {
    match camel.ends_with(SUFFIX) && camel != SUFFIX {
        true => camel.to_owned(),
        false => format!("{camel}{SUFFIX}"),
    }
}

/// `StartEngineAction` becomes `EngineStartAction`; if no word is left (`StopwatchAction`), `RunStopwatchAction`.
fn without_event_prefix(name: &str, prefix: &str) -> String {
    let rest = name[prefix.len()..]
        .strip_suffix(SUFFIX)
        .unwrap_or_default();
    let usable = rest.starts_with(|first: char| first.is_ascii_uppercase())
        && !EVENT_PREFIXES.iter().any(|prefix| rest.starts_with(prefix));
    match usable {
        true => format!("{rest}{prefix}{SUFFIX}"),
        false => format!("Run{name}"),
    }
}

fn upper_camel(text: &str) -> String {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalised)
        .collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn problem(name: &str, message: String) -> NameProblem {
    NameProblem {
        message,
        help: format!("rename it to `{}`", suggest(name)),
    }
}

fn nothing_before_suffix() -> NameProblem {
    NameProblem {
        message: "the action name `Action` has nothing before the suffix".to_owned(),
        help: "name what it does, for example `CustomTestAction`".to_owned(),
    }
}

fn not_an_identifier(name: &str) -> NameProblem {
    let rule = "only letters (ASCII), digits and `_` are allowed, and a letter comes first";
    problem(
        name,
        format!("action name `{name}` is not an identifier: {rule}"),
    )
}

fn lacks_suffix(name: &str) -> NameProblem {
    problem(
        name,
        format!("action name `{name}` does not end with `Action`"),
    )
}

fn starts_small(name: &str) -> NameProblem {
    problem(
        name,
        format!("action name `{name}` does not start with an upper-case letter"),
    )
}

fn reads_as_event(name: &str, prefix: &str) -> NameProblem {
    let event = format!("Colang reads it as the event `{prefix}…Action`, so no flow could call it");
    problem(
        name,
        format!("action name `{name}` starts with `{prefix}`: {event}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_help(name: &str, fix: &str) {
        assert_eq!(
            check(name).map_err(|problem| problem.help),
            Err(format!("rename it to `{fix}`")),
            "for {name}"
        );
    }

    #[test]
    fn accepts_what_colang_can_call() {
        for name in [
            "CustomTestAction",
            "GetStartedAction",
            "ActionAction",
            "X1Action",
            "Fetch_dataAction",
        ] {
            assert_eq!(check(name), Ok(()), "for {name}");
        }
    }

    #[test]
    fn every_fix_is_itself_a_correct_name() {
        for name in [
            "x",
            "",
            "Start",
            "StopAction",
            "ÄAction",
            "1Action",
            "_fooAction",
            "Change me!",
            "startAction",
            "StartStopAction",
        ] {
            assert_eq!(
                check(&suggest(name)),
                Ok(()),
                "for {name}: {}",
                suggest(name)
            );
        }
    }

    #[test]
    fn adds_the_suffix() {
        check_help("CustomTest", "CustomTestAction");
    }

    #[test]
    fn turns_snake_case_into_camel_case() {
        check_help("custom_test_action", "CustomTestAction");
    }

    #[test]
    fn drops_what_is_no_letter() {
        check_help("My Test-Action", "MyTestAction");
    }

    #[test]
    fn moves_the_event_word_behind() {
        check_help("StartEngineAction", "EngineStartAction");
    }

    #[test]
    fn puts_a_word_before_an_event_word_that_is_part_of_another() {
        check_help("StopwatchAction", "RunStopwatchAction");
    }

    #[test]
    fn derives_names_from_functions() {
        let rows = [
            ("custom_test", Some("CustomTestAction")),
            ("custom_test_action", Some("CustomTestAction")),
            ("match", Some("MatchAction")),
            ("_hidden", Some("HiddenAction")),
            ("action", None),
            ("_action", None),
            ("_", None),
            ("prüfe", None),
        ];
        for (function, expected) in rows {
            assert_eq!(derive(function).as_deref(), expected, "for {function}");
        }
    }
}
