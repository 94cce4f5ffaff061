//! The part of a failure that callers are told: what the action's author says, but no internals of the server.

use action_sdk::{ActionError, ActionErrorKind};

/// The message for callers. The log has the full message.
pub(crate) fn told(error: &ActionError) -> &str {
    match error.kind() {
        ActionErrorKind::Panicked => "the action panicked",
        ActionErrorKind::Output => "what the action returned cannot be sent",
        ActionErrorKind::Unavailable | ActionErrorKind::Undeclared => "the action cannot run here",
        ActionErrorKind::NotFound
        | ActionErrorKind::MissingArgument
        | ActionErrorKind::InvalidArgument
        | ActionErrorKind::UnknownArgument
        | ActionErrorKind::Failed
        | ActionErrorKind::Rejected
        | ActionErrorKind::Refused
        | ActionErrorKind::TimedOut
        | ActionErrorKind::Cancelled
        | ActionErrorKind::Remote
        | _ => error.message(),
    }
}
