//! Which actions run right now, for whoever waits for them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use action_sdk::{ActionError, ActionResult, Call, CallHook};

/// The actions that run, and those that have ended since the last look. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    running: Vec<String>,
    /// Lines about what has begun and ended.
    told: Vec<String>,
}

impl Activity {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of the running actions; empty if there are none.
    pub(super) fn running(&self) -> String {
        self.seen().running.join(", ")
    }

    /// What has begun and ended since the last call.
    pub(super) fn take_told(&self) -> Vec<String> {
        std::mem::take(&mut self.seen().told)
    }
}

impl CallHook for Activity {
    fn before(&self, call: &Call) -> Result<(), ActionError> {
        let mut seen = self.seen();
        let name = call.action().name();
        seen.running.push(name.to_owned());
        seen.told.push(format!("action  {name} begins"));
        Ok(())
    }

    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, elapsed: Duration) {
        let mut seen = self.seen();
        let name = call.action().name();
        if let Some(index) = seen.running.iter().position(|other| other == name) {
            seen.running.remove(index);
        }
        let end = match outcome {
            Ok(result) => format!(
                "gives {}",
                super::view::short(&result.return_value.to_string())
            ),
            Err(error) => format!("fails: {}", error.message()),
        };
        let time = elapsed.as_millis();
        seen.told.push(format!("action  {name} {end} ({time} ms)"));
    }
}
