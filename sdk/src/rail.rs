//! The outcome of a rail: allow the text, block it, or replace it.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

/// The outcome of one check, returned by an action and read by a flow (`RailOutcome` of nemoguardrails 0.24.1).
///
/// ```
/// use action_sdk::{RailOutcome, TransformTarget, action};
///
/// /// Keeps secrets out of what the bot says.
/// #[action]
/// async fn check_answer(text: String) -> RailOutcome {
///     if text.contains("password") {
///         return RailOutcome::block().with_reason("it gives a password away");
///     }
///     match text.contains("4111") {
///         true => RailOutcome::transform(TransformTarget::BotMessage, text.replace("4111", "****")),
///         false => RailOutcome::allow(),
///     }
/// }
/// ```
///
/// A flow can read these members of the result:
///
/// | member | meaning |
/// | --- | --- |
/// | `is_blocked`, `is_transform` | the decision |
/// | `decision` | the decision as a string: `allow`, `block` or `transform` |
/// | `reason` | an explanation for people, or `None` |
/// | `transform_text` | the new texts: `$outcome.transform_text.bot_message` |
/// | `transforms` | the same as a list of `target` and `text` |
/// | `metadata` | what the decision is based on |
/// | `failed` | whether the text was blocked because the check could not be made |
#[derive(Debug, Clone, PartialEq)]
pub struct RailOutcome {
    decision: RailDecision,
    reason: Option<String>,
    metadata: Map<String, Value>,
    transforms: BTreeMap<TransformTarget, String>,
    failed: bool,
}

/// The decisions a rail can make.
///
/// ```
/// use action_sdk::{RailDecision, RailOutcome};
///
/// assert_eq!(RailOutcome::block().decision(), RailDecision::Block);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RailDecision {
    /// The text passes.
    Allow,
    /// The text does not pass.
    Block,
    /// The text is replaced by another one.
    Transform,
}

/// The variable of the conversation that a rail rewrites.
///
/// ```
/// assert_eq!(action_sdk::TransformTarget::UserMessage.variable(), "user_message");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransformTarget {
    /// What the user said.
    UserMessage,
    /// What the bot is about to say.
    BotMessage,
    /// The text found in the documents.
    RelevantChunks,
}

impl TransformTarget {
    /// The name of the global variable.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::UserMessage => "user_message",
            Self::BotMessage => "bot_message",
            Self::RelevantChunks => "relevant_chunks",
        }
    }
}

impl RailOutcome {
    fn new(decision: RailDecision) -> Self {
        Self {
            decision,
            reason: None,
            metadata: Map::new(),
            transforms: BTreeMap::new(),
            failed: false,
        }
    }

    /// The text passes.
    #[must_use]
    pub fn allow() -> Self {
        Self::new(RailDecision::Allow)
    }

    /// The text does not pass.
    #[must_use]
    pub fn block() -> Self {
        Self::new(RailDecision::Block)
    }

    /// The text does not pass, because the check could not be made.
    #[must_use]
    pub fn failure() -> Self {
        Self {
            failed: true,
            ..Self::block()
        }
    }

    /// The text is replaced. Use [`and_transform`](Self::and_transform) for a second target.
    #[must_use]
    pub fn transform(target: TransformTarget, text: impl Into<String>) -> Self {
        Self::new(RailDecision::Transform).and_transform(target, text)
    }

    /// Replaces another variable as well. An outcome that was not a transformation becomes one.
    #[must_use]
    pub fn and_transform(mut self, target: TransformTarget, text: impl Into<String>) -> Self {
        self.decision = RailDecision::Transform;
        self.failed = false;
        self.transforms.insert(target, text.into());
        self
    }

    /// Adds an explanation for people.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds something that the decision is based on, such as a score.
    #[must_use]
    pub fn with_metadata(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// The decision.
    #[must_use]
    pub fn decision(&self) -> RailDecision {
        self.decision
    }

    /// The explanation, if there is one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What the decision is based on.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// The new text for a variable.
    #[must_use]
    pub fn transform_text(&self, target: TransformTarget) -> Option<&str> {
        self.transforms.get(&target).map(String::as_str)
    }

    /// Whether the text is blocked.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.decision == RailDecision::Block
    }

    /// Whether the text is replaced.
    #[must_use]
    pub fn is_transform(&self) -> bool {
        self.decision == RailDecision::Transform
    }

    /// Whether the text was blocked because the check could not be made.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        self.failed
    }
}

/// The form that flows read.
impl Serialize for RailOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rewritten = self.transforms.iter();
        let listed: Vec<_> = rewritten
            .clone()
            .map(|(target, text)| json!({"target": target, "text": text}))
            .collect();
        let by_name: Map<_, _> = rewritten
            .map(|(target, text)| (target.variable().to_owned(), text.as_str().into()))
            .collect();
        let outcome = json!({
            "decision": self.decision,
            "is_blocked": self.is_blocked(),
            "is_transform": self.is_transform(),
            "reason": self.reason,
            "metadata": self.metadata,
            "transforms": listed,
            "transform_text": by_name,
            "failed": self.failed,
        });
        outcome.serialize(serializer)
    }
}

/// The members that carry information; derived members are ignored.
#[derive(Deserialize)]
struct Wire {
    decision: RailDecision,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    metadata: Map<String, Value>,
    #[serde(default)]
    transforms: Vec<Transform>,
    #[serde(default)]
    failed: bool,
}

#[derive(Deserialize)]
struct Transform {
    target: TransformTarget,
    text: String,
}

/// Accepts exactly what was serialized. A transformation without texts is refused, and so are texts without a
/// transformation.
impl<'de> Deserialize<'de> for RailOutcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let wants_texts = wire.decision == RailDecision::Transform;
        if wants_texts == wire.transforms.is_empty() {
            return Err(D::Error::custom(
                "`transforms` must hold texts if `decision` is `transform`, and only then",
            ));
        }
        if wire.failed && wire.decision != RailDecision::Block {
            return Err(D::Error::custom(
                "`failed` goes with the decision `block` only",
            ));
        }
        let transforms = wire.transforms.into_iter();
        Ok(Self {
            decision: wire.decision,
            reason: wire.reason,
            metadata: wire.metadata,
            transforms: transforms
                .map(|transform| (transform.target, transform.text))
                .collect(),
            failed: wire.failed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outcome: &RailOutcome, members: &Value) {
        let written = serde_json::to_value(outcome).expect("plain data");
        for (name, value) in members.as_object().expect("an object") {
            assert_eq!(&written[name], value, "member {name}");
        }
        let read: RailOutcome = serde_json::from_value(written).expect("it can be read");
        assert_eq!(&read, outcome);
    }

    #[test]
    fn an_allowed_text_says_nothing_else() {
        let members = json!({"decision": "allow", "is_blocked": false, "is_transform": false, "reason": null, "transforms": [], "failed": false});
        check(&RailOutcome::allow(), &members);
    }

    #[test]
    fn a_blocked_text_has_its_reason() {
        let outcome = RailOutcome::block()
            .with_reason("rude")
            .with_metadata("score", 0.5);
        check(
            &outcome,
            &json!({"decision": "block", "is_blocked": true, "reason": "rude", "metadata": {"score": 0.5}}),
        );
    }

    #[test]
    fn a_check_that_could_not_be_made_blocks() {
        check(
            &RailOutcome::failure(),
            &json!({"is_blocked": true, "failed": true}),
        );
    }

    #[test]
    fn a_transformation_has_its_texts_under_the_variables() {
        let outcome = RailOutcome::transform(TransformTarget::BotMessage, "a")
            .and_transform(TransformTarget::UserMessage, "b");
        let members = json!({
            "decision": "transform",
            "is_transform": true,
            "transform_text": {"bot_message": "a", "user_message": "b"},
            "transforms": [{"target": "user_message", "text": "b"}, {"target": "bot_message", "text": "a"}],
        });
        check(&outcome, &members);
    }

    #[test]
    fn a_failed_check_that_transforms_after_all_has_not_failed() {
        let outcome = RailOutcome::failure().and_transform(TransformTarget::BotMessage, "a");
        check(&outcome, &json!({"decision": "transform", "failed": false}));
    }

    #[track_caller]
    fn check_refused(json: Value, message: &str) {
        let error = serde_json::from_value::<RailOutcome>(json).expect_err("it is wrong");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn texts_and_decision_must_agree() {
        check_refused(
            json!({"decision": "transform"}),
            "`transforms` must hold texts",
        );
        let texts = json!([{"target": "bot_message", "text": "a"}]);
        check_refused(
            json!({"decision": "allow", "transforms": texts}),
            "and only then",
        );
    }

    #[test]
    fn only_what_is_blocked_has_failed() {
        check_refused(
            json!({"decision": "allow", "failed": true}),
            "`failed` goes with",
        );
    }
}
