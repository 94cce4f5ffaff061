//! Names of action events: parsing them and building them.
//!
//! `StartXAction`, `ChangeXAction` and `StopXAction` are requests; `XActionStarted`, `XActionScriptUpdated` and
//! `XActionFinished` are reports.

use std::fmt;

use crate::action_event_kind::ActionEventKind;
use crate::action_name::SUFFIX;

/// The parts of an action event's name.
///
/// Only the prefix and suffix around `XAction` count, not words inside the action's name. So `GetStartedAction` is
/// not an action event, and `StartGetStartedAction` starts `GetStartedAction`.
///
/// Colang itself cannot tell an action called `StartXAction`, `ChangeXAction` or `StopXAction` from the event of that
/// name, and takes it for the event. That is why [`check_action_name`](crate::check_action_name) refuses such names.
///
/// ```
/// use umim::{ActionEventKind, ActionEventName};
///
/// let name = ActionEventName::parse("UtteranceBotActionScriptUpdated").unwrap();
/// assert_eq!(name.kind(), ActionEventKind::Updated);
/// assert_eq!(name.action(), "UtteranceBotAction");
/// assert_eq!(name.parameter(), "Script");
/// assert_eq!(ActionEventName::new(ActionEventKind::Start, "TimerBotAction").to_string(), "StartTimerBotAction");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ActionEventName<'a> {
    kind: ActionEventKind,
    action: &'a str,
    parameter: &'a str,
}

impl<'a> ActionEventName<'a> {
    /// The name of the event of this kind about this action.
    ///
    /// It parses back to the same parts if the action's name passes [`check_action_name`](crate::check_action_name).
    pub const fn new(kind: ActionEventKind, action: &'a str) -> Self {
        Self {
            kind,
            action,
            parameter: "",
        }
    }

    /// The name of the event that reports a change of one parameter: `Script` gives `XActionScriptUpdated`.
    ///
    /// It parses back to the same parts if the parameter starts with an upper-case letter and does not contain
    /// `Action`.
    pub const fn updated(action: &'a str, parameter: &'a str) -> Self {
        Self {
            kind: ActionEventKind::Updated,
            action,
            parameter,
        }
    }

    /// Parses the name of an event; `None` if it is not an action event.
    ///
    /// Any sequence of letters, digits and `_` that ends with `Action` and has something before it is accepted as an
    /// action's name. If an updated event can be read in two ways, the longer action name wins.
    pub fn parse(name: &'a str) -> Option<Self> {
        Self::parse_request(name).or_else(|| Self::parse_report(name))
    }

    /// The kind of event.
    pub const fn kind(&self) -> ActionEventKind {
        self.kind
    }

    /// The name of the action, including its `Action` suffix.
    pub const fn action(&self) -> &'a str {
        self.action
    }

    /// The parameter that was updated. Empty for every other kind, and for an update that names no parameter.
    pub const fn parameter(&self) -> &'a str {
        self.parameter
    }

    fn parse_request(name: &'a str) -> Option<Self> {
        let read = |kind: ActionEventKind| {
            let action = name.strip_prefix(kind.word())?;
            is_action(action).then_some(Self::new(kind, action))
        };
        ActionEventKind::REQUESTS.into_iter().find_map(read)
    }

    fn parse_report(name: &'a str) -> Option<Self> {
        if let Some(rest) = name.strip_suffix(ActionEventKind::Updated.word()) {
            return Self::parse_updated(rest);
        }
        let read = |kind: ActionEventKind| {
            let action = name.strip_suffix(kind.word())?;
            is_action(action).then_some(Self::new(kind, action))
        };
        [ActionEventKind::Started, ActionEventKind::Finished]
            .into_iter()
            .find_map(read)
    }

    fn parse_updated(rest: &'a str) -> Option<Self> {
        let ends = rest
            .rmatch_indices(SUFFIX)
            .map(|(start, _)| start + SUFFIX.len());
        ends.map(|end| rest.split_at(end))
            .find(|(action, parameter)| is_action(action) && is_parameter(parameter))
            .map(|(action, parameter)| Self::updated(action, parameter))
    }
}

impl fmt::Display for ActionEventName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            action,
            parameter,
        } = self;
        match kind {
            ActionEventKind::Start | ActionEventKind::Change | ActionEventKind::Stop => {
                write!(f, "{kind}{action}")
            }
            ActionEventKind::Started | ActionEventKind::Finished => write!(f, "{action}{kind}"),
            ActionEventKind::Updated => write!(f, "{action}{parameter}{kind}"),
        }
    }
}

fn is_action(text: &str) -> bool {
    text.strip_suffix(SUFFIX)
        .is_some_and(|stem| !stem.is_empty() && is_word(stem))
}

fn is_parameter(text: &str) -> bool {
    text.is_empty() || text.starts_with(char::is_uppercase) && is_word(text)
}

fn is_word(text: &str) -> bool {
    let is_ascii_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().all(is_ascii_word) || text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, kind: ActionEventKind, action: &str) {
        check_updated(name, kind, action, "");
    }

    #[track_caller]
    fn check_updated(name: &str, kind: ActionEventKind, action: &str, parameter: &str) {
        let read =
            ActionEventName::parse(name).map(|read| (read.kind(), read.action(), read.parameter()));
        assert_eq!(read, Some((kind, action, parameter)), "for {name}");
    }

    #[track_caller]
    fn check_none(name: &str) {
        assert_eq!(ActionEventName::parse(name), None);
    }

    #[test]
    fn requests_begin_with_their_word() {
        check(
            "StartUtteranceBotAction",
            ActionEventKind::Start,
            "UtteranceBotAction",
        );
        check(
            "ChangeTimerBotAction",
            ActionEventKind::Change,
            "TimerBotAction",
        );
        check(
            "StopGestureBotAction",
            ActionEventKind::Stop,
            "GestureBotAction",
        );
    }

    #[test]
    fn reports_end_with_their_word() {
        check(
            "UtteranceBotActionStarted",
            ActionEventKind::Started,
            "UtteranceBotAction",
        );
        check(
            "UtteranceBotActionUpdated",
            ActionEventKind::Updated,
            "UtteranceBotAction",
        );
        check(
            "UtteranceBotActionFinished",
            ActionEventKind::Finished,
            "UtteranceBotAction",
        );
    }

    #[test]
    fn an_update_may_name_a_parameter() {
        let updated = ActionEventKind::Updated;
        check_updated(
            "UtteranceBotActionScriptUpdated",
            updated,
            "UtteranceBotAction",
            "Script",
        );
        check_updated(
            "UtteranceUserActionTranscriptUpdated",
            updated,
            "UtteranceUserAction",
            "Transcript",
        );
    }

    #[test]
    fn words_inside_an_action_name_mean_nothing() {
        check_none("GetStartedAction");
        check_none("RestartAction");
        check(
            "StartGetStartedAction",
            ActionEventKind::Start,
            "GetStartedAction",
        );
        check(
            "GetStartedActionFinished",
            ActionEventKind::Finished,
            "GetStartedAction",
        );
        check(
            "GetFinishedActionStarted",
            ActionEventKind::Started,
            "GetFinishedAction",
        );
        check(
            "KickStartActionUpdated",
            ActionEventKind::Updated,
            "KickStartAction",
        );
    }

    #[test]
    fn a_report_is_one_even_if_the_action_is_called_like_a_request() {
        check(
            "StopwatchActionFinished",
            ActionEventKind::Finished,
            "StopwatchAction",
        );
        check(
            "StartEngineActionStarted",
            ActionEventKind::Started,
            "StartEngineAction",
        );
    }

    #[test]
    fn an_action_called_like_a_request_is_read_as_one() {
        check("StopwatchAction", ActionEventKind::Stop, "watchAction");
        check("StartwatchAction", ActionEventKind::Start, "watchAction");
        check("StartStartAction", ActionEventKind::Start, "StartAction");
        check(
            "StartStopwatchAction",
            ActionEventKind::Start,
            "StopwatchAction",
        );
    }

    #[test]
    fn something_stands_before_the_suffix() {
        check_none("StartAction");
        check_none("ActionStarted");
        check_none("ActionFinished");
        check_none("ActionScriptUpdated");
        check("StartActionAction", ActionEventKind::Start, "ActionAction");
    }

    #[test]
    fn the_longer_action_name_is_read() {
        check_updated(
            "ReplayActionLogActionUpdated",
            ActionEventKind::Updated,
            "ReplayActionLogAction",
            "",
        );
        check_updated(
            "ReplayActionLogUpdated",
            ActionEventKind::Updated,
            "ReplayAction",
            "Log",
        );
    }

    #[test]
    fn a_parameter_starts_upper_case() {
        check_none("ReActionaryUpdated");
        check_updated(
            "ListenActionActionableUpdated",
            ActionEventKind::Updated,
            "ListenAction",
            "Actionable",
        );
        check_updated(
            "ListenActionÄußerungUpdated",
            ActionEventKind::Updated,
            "ListenAction",
            "Äußerung",
        );
    }

    #[test]
    fn letters_of_every_script_are_letters() {
        check(
            "StartÜbersetzenAction",
            ActionEventKind::Start,
            "ÜbersetzenAction",
        );
        check(
            "翻訳ActionFinished",
            ActionEventKind::Finished,
            "翻訳Action",
        );
    }

    #[test]
    fn other_names_are_no_action_events() {
        check_none("");
        check_none("Start");
        check_none("Updated");
        check_none("StartFlow");
        check_none("FlowFinished");
        check_none("UserActionLog");
        check_none("UtteranceBotAction");
        check_none("StartUtteranceBotActionNow");
        check_none("startUtteranceBotAction");
        check_none("StartUtteranceBotaction");
        check_none("Start Utterance Action");
        check_none("UtteranceBotAction Finished");
        check_none("UtteranceBotAction(1)Updated");
    }

    #[test]
    fn names_are_built_from_their_parts() {
        let built: Vec<_> = ActionEventKind::ALL
            .map(|kind| ActionEventName::new(kind, "XAction").to_string())
            .into();
        let expected = [
            "StartXAction",
            "XActionStarted",
            "ChangeXAction",
            "XActionUpdated",
            "StopXAction",
            "XActionFinished",
        ];
        assert_eq!(built, expected);
        assert_eq!(
            ActionEventName::updated("XAction", "Script").to_string(),
            "XActionScriptUpdated"
        );
    }
}
