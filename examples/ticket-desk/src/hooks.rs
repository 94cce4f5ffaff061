//! Hooks around every call: a check of permissions, and an audit log.

use action_sdk::CallHook;
use action_sdk::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The caller, passed along in the scope of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) name: &'static str,
    may_write: bool,
}

impl Agent {
    pub(crate) const fn new(name: &'static str, may_write: bool) -> Self {
        Self { name, may_write }
    }
}

/// Lets agents without write permission call only actions marked `read_only`, and refuses unknown callers.
pub(crate) struct Rights;

impl CallHook for Rights {
    fn before(&self, call: &Call) -> Result<(), ActionError> {
        let Some(agent) = call.scope().extension::<Agent>() else {
            return Err(ActionError::refused("nobody says who calls"));
        };
        let reads_only = call.action().hints().read_only == Some(true);
        match agent.may_write || reads_only {
            true => Ok(()),
            false => Err(ActionError::refused(format!(
                "{} may only read",
                agent.name
            ))),
        }
    }
}

/// The calls, each with the kind of its error, if it failed.
#[derive(Default)]
pub(crate) struct Audit(Mutex<Vec<(String, Option<ActionErrorKind>)>>);

impl Audit {
    /// Records a call; for `after`.
    pub(crate) fn record(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>) {
        let failure = outcome.err().map(ActionError::kind);
        self.records()
            .push((call.action().name().to_owned(), failure));
    }

    /// The number of calls with this outcome.
    pub(crate) fn count(&self, failure: Option<ActionErrorKind>) -> usize {
        let records = self.records();
        records
            .iter()
            .filter(|(_, found)| *found == failure)
            .count()
    }

    /// The number of calls.
    pub(crate) fn calls(&self) -> usize {
        self.records().len()
    }

    fn records(&self) -> MutexGuard<'_, Vec<(String, Option<ActionErrorKind>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
