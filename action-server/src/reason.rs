//! What a caller is told of a failure: what the author or the caller did, and nothing of the server's inside.

use action_sdk::{ActionError, ActionErrorKind};

/// The sentence for callers. The whole one is in the log.
pub(crate) fn told(error: &ActionError) -> &str {
    match error.kind() {
        ActionErrorKind::Panicked => "the action panicked",
        ActionErrorKind::Output => "what the action returned cannot be sent",
        ActionErrorKind::Unavailable => "the action cannot run here",
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
