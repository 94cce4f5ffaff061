//! Time in a script: paused, so that silence takes none. Where something outside is asked, it runs while actions run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use action_sdk::{ActionError, ActionResult, Call, CallHook};
use tokio::time;

/// Lets time be skipped. Clones are the same clock.
///
/// Whatever asks another machine has limits of time, and would reach them at once if that time were skipped.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock(Arc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    running: AtomicUsize,
    /// Whether time is skipped while no action runs.
    skips: AtomicBool,
}

impl Clock {
    /// Skips time from now on, except while actions run.
    pub(super) fn skip(&self) {
        if !self.0.skips.swap(true, Ordering::Relaxed) && self.is_idle() {
            time::pause();
        }
    }

    /// Lets time run.
    pub(super) fn run(&self) {
        if self.0.skips.swap(false, Ordering::Relaxed) && self.is_idle() {
            time::resume();
        }
    }

    fn is_idle(&self) -> bool {
        self.0.running.load(Ordering::Relaxed) == 0
    }
}

impl CallHook for Clock {
    fn before(&self, _: &Call) -> Result<(), ActionError> {
        let is_first = self.0.running.fetch_add(1, Ordering::Relaxed) == 0;
        if is_first && self.0.skips.load(Ordering::Relaxed) {
            time::resume();
        }
        Ok(())
    }

    fn after(&self, _: &Call, _: Result<&ActionResult, &ActionError>, _: Duration) {
        let is_last = self.0.running.fetch_sub(1, Ordering::Relaxed) == 1;
        if is_last && self.0.skips.load(Ordering::Relaxed) {
            time::pause();
        }
    }
}
