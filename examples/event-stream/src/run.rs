//! One run of an action: from its start, through the wait for a slot, to its `Finished` event.

use action_sdk::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Everything that a run needs, owned, since it outlives the line that started it.
pub(crate) struct Run {
    pub(crate) dispatcher: ActionDispatcher,
    pub(crate) start: ActionStart,
    pub(crate) context: Arc<Context>,
    pub(crate) cancel: CancellationToken,
    pub(crate) places: Arc<Semaphore>,
}

/// The outcome of a run.
pub(crate) struct Ended {
    pub(crate) action_uid: String,
    /// Its `Finished` event, as a line.
    pub(crate) finished: String,
    pub(crate) failure: Option<ActionErrorKind>,
    /// The duration, without the wait for a slot; `None` if it never got one.
    pub(crate) took: Option<Duration>,
}

impl Run {
    /// Performs the action; the outcome is in the `Finished` event.
    ///
    /// [`ActionDispatcher::run`] would do both steps at once; this uses `call` and `finished`, because the summary
    /// needs the kind of failure.
    pub(crate) async fn perform(self) -> Ended {
        let (outcome, took) = self.outcome().await;
        let failure = outcome.as_ref().err().map(ActionError::kind);
        let finished = self.dispatcher.finished(&self.start, outcome);
        Ended {
            action_uid: self.start.action_uid().to_owned(),
            finished: finished.to_string(),
            failure,
            took,
        }
    }

    async fn outcome(&self) -> (Result<ActionResult, ActionError>, Option<Duration>) {
        let place = tokio::select! {
            biased;
            () = self.cancel.cancelled() => return (Err(self.stopped_early()), None),
            place = self.places.acquire() => place,
        };
        let _place = place.expect("the places are never closed");
        let since = Instant::now();
        let outcome = self.call().await;
        (outcome, Some(since.elapsed()))
    }

    async fn call(&self) -> Result<ActionResult, ActionError> {
        let scope = CallScope::new()
            .with_context(Arc::clone(&self.context))
            .with_action_uid(self.start.action_uid())
            .with_cancel(self.cancel.clone());
        let invocation = Invocation::new().args(self.start.arguments()).scope(scope);
        self.dispatcher
            .call(self.start.action_name(), invocation)
            .await
    }

    /// The error of a run that was stopped while it waited for a slot: the same as if it was stopped later.
    fn stopped_early(&self) -> ActionError {
        ActionError::new(ActionErrorKind::Cancelled, "the call was cancelled")
            .with_action(self.start.action_name())
    }
}
