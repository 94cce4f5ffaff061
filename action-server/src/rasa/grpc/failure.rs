//! Failures as gRPC tells them: a status, whose details are JSON where Rasa reads them.

use super::super::run::{Failure, MISSING_DOMAIN, unknown_action};
use action_sdk::serde_json::json;
use tonic::{Code, Status};

/// Details travel in a header; a longer one is refused by clients.
const MOST_DETAILS: usize = 4000;

/// What a failure is on the wire.
pub(super) struct Told {
    pub(super) action_name: String,
    pub(super) message: String,
    code: Code,
    details: Option<String>,
}

impl Told {
    pub(super) fn new(failure: Failure, name: &str) -> Self {
        match failure {
            Failure::UnknownAction => Self::missing(name, &unknown_action(name), "ACTION"),
            Failure::MissingDomain => Self::missing(name, MISSING_DOMAIN, "DOMAIN"),
            Failure::Rejected { name, message } => {
                let details = json!({"action_name": name, "message": message});
                Self::with(Code::Internal, &name, message).detailed(details.to_string())
            }
            Failure::Malformed(message) => Self::with(Code::InvalidArgument, name, message),
            Failure::Failed(message) => Self::with(Code::Internal, name, message),
        }
    }

    fn missing(name: &str, message: &str, kind: &str) -> Self {
        let details = json!({"action_name": name, "message": message, "resource_type": kind});
        Self::with(Code::NotFound, name, message.to_owned()).detailed(details.to_string())
    }

    fn with(code: Code, name: &str, message: String) -> Self {
        Self {
            action_name: name.to_owned(),
            message,
            code,
            details: None,
        }
    }

    fn detailed(mut self, details: String) -> Self {
        self.details = Some(details);
        self
    }

    /// The status at the end of a stream.
    pub(super) fn status(self) -> Status {
        let details = self.details.unwrap_or(self.message);
        Status::new(self.code, cut(&details))
    }

    /// The status of a call without a stream: an action's own failure is `UNKNOWN` there.
    pub(super) fn unary_status(self) -> Status {
        if self.code == Code::Internal && self.details.is_none() {
            return Status::unknown(cut(&format!("Unexpected error: {}", self.message)));
        }
        self.status()
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_DETAILS)]
}
