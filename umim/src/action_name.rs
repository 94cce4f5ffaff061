//! Which names an action may have, so that a flow can call it.
//!
//! [`check_action_name`] is a `const fn`, so it can run at compile time; the error suggests a valid name.

use std::fmt;

use crate::action_event_kind::ActionEventKind;

pub(crate) const SUFFIX: &str = "Action";

/// Checks an action's name against the rules that follow from how Colang reads names.
///
/// A name is an identifier of ASCII letters, digits and `_`. It starts with an upper-case letter, ends with `Action`
/// and has something before that. It does not begin with `Start`, `Stop` or `Change`: `StopwatchAction` would be read
/// as the event that stops `watchAction`.
///
/// # Errors
///
/// The first rule that is broken.
///
/// ```
/// const _: () = assert!(umim::check_action_name("CustomTestAction").is_ok());
///
/// let error = umim::check_action_name("custom_test_action").unwrap_err();
/// assert_eq!(error.suggestion(), "CustomTestAction");
/// ```
pub const fn check_action_name(name: &str) -> Result<(), ActionNameError<'_>> {
    match broken_rule(name.as_bytes()) {
        Some(kind) => Err(ActionNameError { name, kind }),
        None => Ok(()),
    }
}

const fn broken_rule(name: &[u8]) -> Option<ActionNameErrorKind> {
    if is_suffix_alone(name) {
        return Some(ActionNameErrorKind::NothingBeforeSuffix);
    }
    if !is_identifier(name) {
        return Some(ActionNameErrorKind::NotAnIdentifier);
    }
    if !ends_with(name, SUFFIX.as_bytes()) {
        return Some(ActionNameErrorKind::LacksSuffix);
    }
    if !name[0].is_ascii_uppercase() {
        return Some(ActionNameErrorKind::StartsLowerCase);
    }
    match event_prefix(name) {
        Some(kind) => Some(ActionNameErrorKind::ReadsAsEvent(kind)),
        None => None,
    }
}

/// Which rule a name breaks, to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActionNameErrorKind {
    /// The name is `Action` and nothing else.
    NothingBeforeSuffix,
    /// The name contains a character other than ASCII letters, digits and `_`, or does not begin with a letter.
    NotAnIdentifier,
    /// The name does not end with `Action`.
    LacksSuffix,
    /// The name does not start with an upper-case letter.
    StartsLowerCase,
    /// The name begins with `Start`, `Stop` or `Change`, as the event of that kind does.
    ReadsAsEvent(ActionEventKind),
}

/// An invalid action name, and the rule it breaks.
///
/// ```
/// let error = umim::check_action_name("StartEngineAction").unwrap_err();
/// assert_eq!(error.help(), "rename it to `EngineStartAction`");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActionNameError<'a> {
    name: &'a str,
    kind: ActionNameErrorKind,
}

impl<'a> ActionNameError<'a> {
    /// Which rule is broken.
    pub const fn kind(&self) -> ActionNameErrorKind {
        self.kind
    }

    /// The name that was checked.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What is wrong, without advice.
    pub fn problem(&self) -> String {
        let name = self.name;
        match self.kind {
            ActionNameErrorKind::NothingBeforeSuffix => {
                format!("the action name `{name}` has nothing before the suffix")
            }
            ActionNameErrorKind::NotAnIdentifier => {
                let rule =
                    "only letters (ASCII), digits and `_` are allowed, and a letter comes first";
                format!("action name `{name}` is not an identifier: {rule}")
            }
            ActionNameErrorKind::LacksSuffix => {
                format!("action name `{name}` does not end with `Action`")
            }
            ActionNameErrorKind::StartsLowerCase => {
                format!("action name `{name}` does not start with an upper-case letter")
            }
            ActionNameErrorKind::ReadsAsEvent(kind) => {
                let event = format!(
                    "Colang reads it as the event `{kind}…Action`, so no flow could call it"
                );
                format!("action name `{name}` starts with `{kind}`: {event}")
            }
        }
    }

    /// How to fix it.
    pub fn help(&self) -> String {
        let better = self.suggestion();
        match self.kind {
            ActionNameErrorKind::NothingBeforeSuffix => {
                format!("name what it does, for example `{better}`")
            }
            ActionNameErrorKind::NotAnIdentifier
            | ActionNameErrorKind::LacksSuffix
            | ActionNameErrorKind::StartsLowerCase
            | ActionNameErrorKind::ReadsAsEvent(_) => format!("rename it to `{better}`"),
        }
    }

    /// The closest valid name; `CustomTestAction` if nothing of this one can be used.
    pub fn suggestion(&self) -> String {
        let camel = upper_camel(self.name.trim_end_matches("_action"));
        let camel = camel.trim_start_matches(|first: char| !first.is_ascii_uppercase());
        if camel.is_empty() || camel == SUFFIX {
            return format!("CustomTest{SUFFIX}");
        }
        let stem = camel.strip_suffix(SUFFIX).unwrap_or(camel);
        match event_prefix(stem.as_bytes()) {
            Some(kind) => without_event_prefix(stem, kind.word()),
            None => format!("{stem}{SUFFIX}"),
        }
    }
}

impl fmt::Display for ActionNameError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.problem(), self.help())
    }
}

impl std::error::Error for ActionNameError<'_> {}

/// `StartEngine` becomes `EngineStartAction`; if that still begins with such a prefix, `RunStopwatchAction`.
fn without_event_prefix(stem: &str, prefix: &str) -> String {
    let rest = stem.strip_prefix(prefix).unwrap_or(stem);
    let can_lead = rest.starts_with(|first: char| first.is_ascii_uppercase());
    if can_lead && event_prefix(rest.as_bytes()).is_none() {
        format!("{rest}{prefix}{SUFFIX}")
    } else {
        format!("Run{stem}{SUFFIX}")
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

const fn event_prefix(name: &[u8]) -> Option<ActionEventKind> {
    let mut at = 0;
    while at < ActionEventKind::REQUESTS.len() {
        let kind = ActionEventKind::REQUESTS[at];
        if starts_with(name, kind.word().as_bytes()) {
            return Some(kind);
        }
        at += 1;
    }
    None
}

const fn is_identifier(name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() {
        if !(name[at].is_ascii_alphanumeric() || name[at] == b'_') {
            return false;
        }
        at += 1;
    }
    !name.is_empty() && name[0].is_ascii_alphabetic()
}

const fn is_suffix_alone(name: &[u8]) -> bool {
    name.len() == SUFFIX.len() && ends_with(name, SUFFIX.as_bytes())
}

const fn ends_with(name: &[u8], end: &[u8]) -> bool {
    name.len() >= end.len() && starts_with(name.split_at(name.len() - end.len()).1, end)
}

const fn starts_with(name: &[u8], start: &[u8]) -> bool {
    let mut at = 0;
    while at < start.len() {
        if at == name.len() || name[at] != start[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_good(name: &str) {
        assert_eq!(check_action_name(name), Ok(()));
    }

    #[track_caller]
    fn check_bad(name: &str, kind: ActionNameErrorKind, suggestion: &str) {
        let error = check_action_name(name).unwrap_err();
        assert_eq!(
            (error.kind(), error.suggestion().as_str()),
            (kind, suggestion),
            "for {name}"
        );
    }

    #[track_caller]
    fn check_message(name: &str, message: &str) {
        assert_eq!(check_action_name(name).unwrap_err().to_string(), message);
    }

    #[test]
    fn names_that_a_flow_can_call() {
        check_good("CustomTestAction");
        check_good("GetStartedAction");
        check_good("RestartAction");
        check_good("ActionAction");
        check_good("X1Action");
        check_good("Fetch_dataAction");
        check_good("XAction");
    }

    #[test]
    fn the_suffix_alone_is_no_name() {
        check_bad(
            "Action",
            ActionNameErrorKind::NothingBeforeSuffix,
            "CustomTestAction",
        );
    }

    #[test]
    fn only_identifiers_are_names() {
        check_bad("", ActionNameErrorKind::NotAnIdentifier, "CustomTestAction");
        check_bad(
            "My Test-Action",
            ActionNameErrorKind::NotAnIdentifier,
            "MyTestAction",
        );
        check_bad(
            "9LivesAction",
            ActionNameErrorKind::NotAnIdentifier,
            "LivesAction",
        );
        check_bad(
            "_FooAction",
            ActionNameErrorKind::NotAnIdentifier,
            "FooAction",
        );
        check_bad(
            "ÜberAction",
            ActionNameErrorKind::NotAnIdentifier,
            "BerAction",
        );
        check_bad(
            "fs.read_file",
            ActionNameErrorKind::NotAnIdentifier,
            "FsReadFileAction",
        );
    }

    #[test]
    fn the_suffix_is_wanted() {
        check_bad(
            "CustomTest",
            ActionNameErrorKind::LacksSuffix,
            "CustomTestAction",
        );
        check_bad(
            "custom_test_action",
            ActionNameErrorKind::LacksSuffix,
            "CustomTestAction",
        );
        check_bad(
            "Reaction",
            ActionNameErrorKind::LacksSuffix,
            "ReactionAction",
        );
        check_bad("Start", ActionNameErrorKind::LacksSuffix, "RunStartAction");
    }

    #[test]
    fn a_name_starts_upper_case() {
        check_bad(
            "customTestAction",
            ActionNameErrorKind::StartsLowerCase,
            "CustomTestAction",
        );
        check_bad(
            "startAction",
            ActionNameErrorKind::StartsLowerCase,
            "RunStartAction",
        );
    }

    #[test]
    fn names_of_events_are_no_names_of_actions() {
        let reads_as = ActionNameErrorKind::ReadsAsEvent;
        check_bad(
            "StartEngineAction",
            reads_as(ActionEventKind::Start),
            "EngineStartAction",
        );
        check_bad(
            "ChangeOfHeartAction",
            reads_as(ActionEventKind::Change),
            "OfHeartChangeAction",
        );
        check_bad(
            "StopwatchAction",
            reads_as(ActionEventKind::Stop),
            "RunStopwatchAction",
        );
        check_bad(
            "StopAction",
            reads_as(ActionEventKind::Stop),
            "RunStopAction",
        );
        check_bad(
            "StartStopAction",
            reads_as(ActionEventKind::Start),
            "RunStartStopAction",
        );
    }

    #[test]
    fn messages_name_the_remedy() {
        check_message(
            "CustomTest",
            "action name `CustomTest` does not end with `Action`; rename it to `CustomTestAction`",
        );
        check_message(
            "Action",
            "the action name `Action` has nothing before the suffix; name what it does, for example `CustomTestAction`",
        );
        check_message(
            "StopwatchAction",
            "action name `StopwatchAction` starts with `Stop`: Colang reads it as the event `Stop…Action`, \
             so no flow could call it; rename it to `RunStopwatchAction`",
        );
    }
}
