//! The result of a call, and its report to the flows.

use action_sdk::contain::caught;
use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Map};
use serde::{Deserialize, Serialize};
use umim::Event;

use super::timer;

/// The outcome of a call.
pub(crate) type Outcome = Result<ActionResult, ActionError>;

/// What is reported about a call that has ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ended {
    /// New values of global variables, until they are applied.
    pub(crate) context_updates: Map,
    /// What the bot says, in order.
    pub(crate) utterances: Vec<Event>,
    /// The `…ActionFinished` event, without uid and times.
    pub(crate) finished: Event,
    /// Whether the action failed, other than by being cancelled.
    #[serde(default)]
    pub(crate) has_failed: bool,
}

impl Ended {
    /// The outcome of an action. It may contain foreign values, such as the source of an error, which are dropped
    /// here.
    pub(crate) fn with(start: &ActionStart, outcome: Outcome) -> Self {
        caught(|| Self::told(start, outcome)).unwrap_or_else(|error| Self::told(start, Err(error)))
    }

    /// An action that failed for a reason of the session itself, which is traced.
    pub(crate) fn failed(start: &ActionStart, error: ActionError) -> Self {
        trace_failure(start, &error);
        Self::told(start, Err(error))
    }

    /// A timer that has fired.
    pub(crate) fn timer(start: &ActionStart) -> Self {
        Self {
            context_updates: Map::new(),
            utterances: Vec::new(),
            finished: timer::gone_off(start),
            has_failed: false,
        }
    }

    fn told(start: &ActionStart, mut outcome: Outcome) -> Self {
        let (mut context_updates, mut utterances) = Default::default();
        if let Ok(result) = &mut outcome {
            context_updates = result.take_context_updates();
            utterances = result.take_utterances();
        }
        let is_failure = |error: &ActionError| error.kind() != ActionErrorKind::Cancelled;
        let has_failed = outcome.as_ref().is_err_and(is_failure);
        let outcome = outcome.map_err(|error| error.with_action(start.action_name()));
        Self {
            context_updates,
            utterances,
            finished: start.finished(outcome),
            has_failed,
        }
    }
}

pub(crate) fn trace_failure(start: &ActionStart, error: &ActionError) {
    let (action, action_uid) = (start.action_name(), start.action_uid());
    tracing::warn!(action, action_uid, reason = %error, "action failed");
}
