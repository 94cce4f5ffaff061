//! The outcome of a rail: the decision that an action returns and a flow reads.

use super::{Dict, Value, ValueError};

/// The member with the decision. Some of the members in [`OWN`] are derived from it.
const DECISION: &str = "decision";
const IS_BLOCKED: &str = "is_blocked";
const IS_TRANSFORM: &str = "is_transform";

/// The members that every outcome has (nemoguardrails 0.24.1).
const OWN: [&str; 8] = [
    DECISION,
    IS_BLOCKED,
    IS_TRANSFORM,
    "reason",
    "metadata",
    "transforms",
    "transform_text",
    "failed",
];

/// The outcome of a rail, with its original members.
///
/// Reading an unknown member is an error: `None` would read as "not blocked". An outcome is immutable.
///
/// JSON becomes an outcome if it has `decision`, which is `allow`, `block` or `transform`, and members `is_blocked`
/// and `is_transform` that agree with it. It may have others besides those of [`member`](Self::member).
///
/// ```
/// use colang::value::Value;
/// use serde_json::json;
///
/// let json = json!({"decision": "block", "is_blocked": true, "is_transform": false, "reason": "rude"});
/// let outcome = Value::from_json(&json)?;
/// assert_eq!(outcome.type_name(), "RailOutcome");
/// assert_eq!(outcome.to_json()?, json);
/// # Ok::<(), colang::value::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RailOutcome(Dict); // Invariant: `is_outcome` holds.

impl RailOutcome {
    /// The original members.
    #[must_use]
    pub fn members(&self) -> &Dict {
        &self.0
    }

    /// A member: `decision`, `is_blocked`, `is_transform`, `reason`, `metadata`, `transforms`, `transform_text` or
    /// `failed`, or any other original one.
    ///
    /// # Errors
    ///
    /// If there is no such member.
    ///
    /// ```
    /// use colang::value::Value;
    /// use serde_json::json;
    ///
    /// let json = json!({"decision": "block", "is_blocked": true, "is_transform": false});
    /// let Value::RailOutcome(outcome) = Value::from_json(&json)? else { panic!() };
    /// assert!(outcome.member("is_blocked")?.is_true());
    /// assert!(outcome.member("reason")?.is_none());
    /// assert!(outcome.member("is_bocked").is_err());
    /// # Ok::<(), colang::value::ValueError>(())
    /// ```
    pub fn member(&self, name: &str) -> Result<Value, ValueError> {
        let own = self.0.get(name).cloned();
        own.or_else(|| left_out(name)).ok_or_else(|| {
            let known = self.names().join("`, `");
            ValueError::new(format!(
                "the outcome of a rail has no `{name}`; it has `{known}`"
            ))
        })
    }

    /// The names of its members; original ones come last.
    fn names(&self) -> Vec<&str> {
        let others = self.0.keys().filter_map(Value::as_str);
        let others = others.filter(|name| !OWN.contains(name));
        OWN.into_iter().chain(others).collect()
    }
}

/// The dict as an outcome if it is one, otherwise unchanged.
pub(super) fn read(dict: Dict) -> Value {
    match is_outcome(&dict) {
        true => RailOutcome(dict).into(),
        false => dict.into(),
    }
}

/// Whether the dict, taken as JSON, is an outcome.
pub(super) fn is_outcome(dict: &Dict) -> bool {
    let Some(decision) = dict.get(DECISION).and_then(Value::as_str) else {
        return false;
    };
    let says = |member: &str, holds: bool| matches!(dict.get(member), Some(Value::Bool(said)) if *said == holds);
    ["allow", "block", "transform"].contains(&decision)
        && says(IS_BLOCKED, decision == "block")
        && says(IS_TRANSFORM, decision == "transform")
        && dict.has_plain_keys()
}

/// The default of a missing member.
fn left_out(name: &str) -> Option<Value> {
    match name {
        "reason" => Some(Value::None),
        "metadata" | "transform_text" => Some(Dict::new().into()),
        "transforms" => Some(Value::list([])),
        "failed" => Some(false.into()),
        _ => None,
    }
}
