//! Finds out before an event is sent whether Rasa is likely to refuse it.
//!
//! Over HTTP Rasa validates the whole answer: one refused event loses all events and messages of the action. The
//! rules are those of rasa-pro 3.21, as far as they are public; the names are Rasa's.

use std::fmt;

use serde_json::Value;

use super::RasaEvent;
use crate::rasa::json::kind_of;

/// Why Rasa is likely to refuse or misunderstand an event. This is advice; the event can still be sent.
///
/// ```
/// use action_sdk::rasa::{EventProblem, RasaEvent};
///
/// let problems = RasaEvent::user_uttered("hi").problems();
/// assert!(matches!(problems[0], EventProblem::WrongType { member: "parse_data", .. }));
/// assert!(problems[0].is_refusal());
/// assert_eq!(
///     problems[0].to_string(),
///     "member `parse_data` of a `user` event must be an object, but it is null; Rasa refuses the whole answer for it",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventProblem {
    /// The member `event` is not a name that Rasa is known to accept.
    UnknownName {
        /// The name.
        name: String,
    },
    /// A required member is missing.
    MissingMember {
        /// The event's name.
        event: String,
        /// The member.
        member: &'static str,
    },
    /// A member has the wrong type.
    WrongType {
        /// The event's name.
        event: String,
        /// The member.
        member: &'static str,
        /// The required type, in words.
        wanted: &'static str,
        /// The actual type, in words.
        found: &'static str,
    },
    /// The intent of a reminder has the name of an action. rasa-sdk considers this a mistake; Rasa accepts it.
    IntentNamedLikeAction {
        /// The intent.
        intent: String,
    },
}

impl EventProblem {
    /// Whether Rasa refuses the whole answer because of it, and not only this event.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::UnknownName { .. } | Self::MissingMember { .. } | Self::WrongType { .. } => true,
            Self::IntentNamedLikeAction { .. } => false,
        }
    }
}

impl fmt::Display for EventProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CONSEQUENCE: &str = "Rasa refuses the whole answer for it";
        match self {
            Self::UnknownName { name } => {
                write!(
                    f,
                    "no event of Rasa's is named `{name}` as far as is known; if so, {CONSEQUENCE}"
                )
            }
            Self::MissingMember { event, member } => {
                write!(
                    f,
                    "a `{event}` event needs a member `{member}`, but there is none; {CONSEQUENCE}"
                )
            }
            Self::WrongType {
                event,
                member,
                wanted,
                found,
            } => write!(
                f,
                "member `{member}` of a `{event}` event must be {wanted}, but it is {found}; {CONSEQUENCE}"
            ),
            Self::IntentNamedLikeAction { intent } => {
                write!(
                    f,
                    "the reminder's intent `{intent}` is named like an action; give the name of an intent"
                )
            }
        }
    }
}

impl RasaEvent {
    /// What Rasa may object to in this event, in no particular order; empty if nothing is known.
    ///
    /// ```
    /// # use action_sdk::rasa::{EventProblem, RasaEvent};
    /// let custom = RasaEvent::raw(serde_json::json!({"event": "my_custom"}))?;
    /// assert_eq!(custom.problems(), [EventProblem::UnknownName { name: "my_custom".to_owned() }]);
    /// assert!(RasaEvent::slot_set("size", "large").problems().is_empty());
    /// # Ok::<(), action_sdk::rasa::RasaJsonError>(())
    /// ```
    pub fn problems(&self) -> Vec<EventProblem> {
        let rules = RULES
            .iter()
            .filter(|rule| rule.event == ANY || rule.event == self.name());
        let mut problems: Vec<_> = rules.filter_map(|rule| rule.broken_by(self)).collect();
        if !is_known(self.name()) {
            problems.push(EventProblem::UnknownName {
                name: self.name().to_owned(),
            });
        }
        problems.extend(self.intent_named_like_action());
        problems
    }

    fn intent_named_like_action(&self) -> Option<EventProblem> {
        let intent = self.0.get("intent")?.as_str()?;
        let suspicious = matches!(self.name(), "reminder" | "cancel_reminder")
            && (intent.starts_with("utter_") || intent.starts_with("action_"));
        suspicious.then(|| EventProblem::IntentNamedLikeAction {
            intent: intent.to_owned(),
        })
    }
}

/// All names in Rasa's schema, as far as they are known.
const NAMES: [&str; 29] = [
    "action",
    "action_execution_rejected",
    "active_loop",
    "agent",
    "bot",
    "cancel_reminder",
    "entities",
    "error",
    "export",
    "followup",
    "form",
    "form_validation",
    "loop_interrupted",
    "memory_set",
    "pause",
    "reminder",
    "reset_slots",
    "restart",
    "resume",
    "rewind",
    "routing_session_ended",
    "session_ended",
    "session_started",
    "slot",
    "stack",
    "tool_executed",
    "undo",
    "user",
    "user_featurization",
];

/// Families of events of rasa-pro itself, whose members change with each release.
const FAMILIES: [&str; 3] = ["flow_", "agent_", "skill_"];

fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
        || FAMILIES
            .iter()
            .any(|family| name.len() > family.len() && name.starts_with(family))
}

/// Marks rules that apply to all events.
const ANY: &str = "";

#[derive(Clone, Copy)]
enum Wanted {
    Anything,
    Text,
    TextOrNull,
    NumberOrNull,
    Object,
    ObjectOrNull,
    List,
}

struct Rule {
    event: &'static str,
    member: &'static str,
    required: bool,
    wanted: Wanted,
}

const RULES: [Rule; 12] = [
    Rule::optional(ANY, "timestamp", Wanted::NumberOrNull),
    Rule::optional(ANY, "metadata", Wanted::ObjectOrNull),
    Rule::optional("user", "text", Wanted::TextOrNull),
    Rule::optional("user", "input_channel", Wanted::TextOrNull),
    Rule::optional("user", "message_id", Wanted::TextOrNull),
    Rule::required("user", "parse_data", Wanted::Object),
    Rule::optional("action", "name", Wanted::TextOrNull),
    Rule::optional("action", "policy", Wanted::TextOrNull),
    Rule::optional("action", "confidence", Wanted::NumberOrNull),
    Rule::required("slot", "name", Wanted::Text),
    Rule::required("slot", "value", Wanted::Anything),
    Rule::required("entities", "entities", Wanted::List),
];

impl Rule {
    const fn required(event: &'static str, member: &'static str, wanted: Wanted) -> Self {
        Self {
            event,
            member,
            required: true,
            wanted,
        }
    }

    const fn optional(event: &'static str, member: &'static str, wanted: Wanted) -> Self {
        Self {
            event,
            member,
            required: false,
            wanted,
        }
    }

    fn broken_by(&self, event: &RasaEvent) -> Option<EventProblem> {
        let member = self.member;
        match event.0.get(member) {
            Some(value) if self.wanted.admits(value) => None,
            Some(value) => Some(EventProblem::WrongType {
                event: event.name().to_owned(),
                member,
                wanted: self.wanted.in_words(),
                found: kind_of(value),
            }),
            None => self.required.then(|| EventProblem::MissingMember {
                event: event.name().to_owned(),
                member,
            }),
        }
    }
}

impl Wanted {
    fn admits(self, value: &Value) -> bool {
        match self {
            Self::Anything => true,
            Self::Text => value.is_string(),
            Self::TextOrNull => value.is_string() || value.is_null(),
            Self::NumberOrNull => value.is_number() || value.is_null(),
            Self::Object => value.is_object(),
            Self::ObjectOrNull => value.is_object() || value.is_null(),
            Self::List => value.is_array(),
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::Text => "a text",
            Self::TextOrNull => "a text or null",
            Self::NumberOrNull => "a number or null",
            Self::Object => "an object",
            Self::ObjectOrNull => "an object or null",
            Self::List => "a list",
        }
    }
}
