//! The error for everything in this module that is read from JSON.
//!
//! [`RasaJsonError`] names the thing, the member and what was found; match on [`RasaJsonErrorKind`].

use std::fmt;

use serde_json::Value;

use super::json::kind_of;

/// Why a JSON value is not a valid tracker, domain, event, message, button or element.
///
/// ```
/// use action_sdk::rasa::{RasaJsonErrorKind, Tracker};
///
/// let error = Tracker::from_json(serde_json::json!({"sender_id": "u", "slots": []})).unwrap_err();
/// assert_eq!(error.kind(), RasaJsonErrorKind::WrongType);
/// assert_eq!(error.member(), Some("slots"));
/// assert_eq!(
///     error.to_string(),
///     "member `slots` of a tracker must be an object, but it is a list; correct it or leave it out",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RasaJsonError {
    kind: RasaJsonErrorKind,
    what: &'static str,
    member: Option<&'static str>,
    wanted: &'static str,
    found: &'static str,
}

/// The ways in which a JSON value can be invalid.
///
/// ```
/// use action_sdk::rasa::{RasaEvent, RasaJsonErrorKind};
///
/// let error = RasaEvent::raw(serde_json::json!({"name": "no event"})).unwrap_err();
/// assert_eq!(error.kind(), RasaJsonErrorKind::MissingMember);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RasaJsonErrorKind {
    /// The value itself is not a JSON object.
    NotAnObject,
    /// A required member is missing.
    MissingMember,
    /// A member has the wrong type.
    WrongType,
    /// A member must not be the empty string.
    Empty,
}

impl RasaJsonError {
    /// The kind of error, to match on.
    pub fn kind(&self) -> RasaJsonErrorKind {
        self.kind
    }

    /// The member at fault; `None` if it is the value as a whole.
    pub fn member(&self) -> Option<&'static str> {
        self.member
    }

    pub(super) fn not_an_object(what: &'static str, found: &Value) -> Self {
        Self {
            kind: RasaJsonErrorKind::NotAnObject,
            what,
            member: None,
            wanted: "an object",
            found: kind_of(found),
        }
    }

    pub(super) fn missing(what: &'static str, member: &'static str) -> Self {
        Self {
            kind: RasaJsonErrorKind::MissingMember,
            what,
            member: Some(member),
            wanted: "",
            found: "nothing",
        }
    }

    pub(super) fn wrong_type(
        what: &'static str,
        member: &'static str,
        wanted: &'static str,
        found: &Value,
    ) -> Self {
        Self {
            kind: RasaJsonErrorKind::WrongType,
            what,
            member: Some(member),
            wanted,
            found: kind_of(found),
        }
    }

    pub(super) fn empty(what: &'static str, member: &'static str) -> Self {
        Self {
            kind: RasaJsonErrorKind::Empty,
            what,
            member: Some(member),
            wanted: "",
            found: "an empty text",
        }
    }
}

impl fmt::Display for RasaJsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            what,
            member,
            wanted,
            found,
        } = self;
        let member = member.unwrap_or_default();
        match kind {
            RasaJsonErrorKind::NotAnObject => {
                write!(
                    f,
                    "{what} must be a JSON object, but this is {found}; hand over the object itself"
                )
            }
            RasaJsonErrorKind::MissingMember => write!(
                f,
                "{what} needs a member `{member}`, but there is none; add it"
            ),
            RasaJsonErrorKind::WrongType => {
                write!(
                    f,
                    "member `{member}` of {what} must be {wanted}, but it is {found}; correct it or leave it out"
                )
            }
            RasaJsonErrorKind::Empty => write!(
                f,
                "member `{member}` of {what} must not be empty; fill it in"
            ),
        }
    }
}

impl std::error::Error for RasaJsonError {}
