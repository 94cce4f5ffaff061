//! Saves and resumes conversations.

use std::sync::Arc;

use action_sdk::{ActionError, ActionErrorKind, ActionStart};
use colang::state::OnChange;

use super::Session;
use super::calls::{Call, Ended, Work, timer};
use super::saved::{Content, Saved, SavedCall};
use crate::error::RuntimeError;
use crate::shared::Shared;

/// Why an action that was running is not started again.
const UNKNOWN_END: &str =
    "it was running when the conversation was saved, and nobody knows how far it came";

impl Session {
    /// Saves the current conversation, which continues unchanged.
    ///
    /// The latest events of the history are included, so that a model still knows what was said: as many as
    /// [`saved_history`](crate::RuntimeBuilder::saved_history) allows. A host that stores the whole history takes it
    /// with [`take_history`](Self::take_history) before saving, and returns it with
    /// [`set_earlier_history`](Self::set_earlier_history). Queued events and events that have not been returned yet
    /// are included.
    ///
    /// # Errors
    ///
    /// If a variable contains a value that cannot be serialized.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// # let runtime = Runtime::builder(parse_config("", [("main.co", "flow main\n  match Never()\n")])?).build()?;
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// session.process_events(vec![action_sdk::Event::new("Hello")]).await?;
    /// let saved = session.snapshot()?;
    /// let session = runtime.resume(saved)?;
    /// assert_eq!(session.history().last().map(|event| event.name()), Some("Hello"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot(&mut self) -> Result<Saved, RuntimeError> {
        self.collect();
        let content = Content {
            conversation: self.state.snapshot(),
            uids: self.stamps.uids.clone(),
            calls: self.calls.iter().map(SavedCall::new).collect(),
            queue: std::mem::take(&mut self.queue),
            complaints: self.complaints.clone(),
            history: self.history.saved(self.shared.sizes.saved_history),
            id: self.identity.given().map(str::to_owned),
            outputs: std::mem::take(&mut self.outputs),
            held: self.held.clone(),
            unanswered: self.unanswered.clone(),
        };
        let saved = content.save(self.shared.snapshot_key.as_ref());
        self.queue = content.queue;
        self.outputs = content.outputs;
        saved
    }

    /// Loads a saved conversation.
    pub(crate) fn resume(
        shared: &Arc<Shared>,
        saved: &[u8],
        is_driven: bool,
        on_change: OnChange,
    ) -> Result<(Self, Vec<String>), RuntimeError> {
        let content = Content::read(saved, shared.snapshot_key.as_ref())?;
        let resumed = (shared.machine).resume_with(content.conversation, on_change)?;
        let (state, restarted) = resumed;
        let restarted = restarted.iter().map(ToString::to_string).collect();
        let mut session = Self::new(Arc::clone(shared), state, content.uids);
        session.is_driven = is_driven;
        session.outputs = content.outputs;
        session.queue = content.queue;
        session.complaints = content.complaints;
        session.held = content.held;
        session.unanswered = content.unanswered;
        session.history.restore(content.history);
        if let Some(id) = content.id {
            session = session.with_id(id);
        }
        let here = session.identity.span().entered();
        for call in content.calls {
            session.calls.push(shared.take_up(call, is_driven)?);
        }
        drop(here);
        Ok((session, restarted))
    }
}

/// The failure of an action that was interrupted and is not started again.
pub(super) fn unknown_end() -> ActionError {
    ActionError::new(ActionErrorKind::Cancelled, UNKNOWN_END)
}

impl Shared {
    /// A saved call: it has ended, its timer continues, it is started again, or it has failed.
    fn take_up(&self, call: SavedCall, is_driven: bool) -> Result<Call, RuntimeError> {
        let (start, place, ended) = call.into_parts()?;
        if let Some(ended) = ended {
            return Ok(Call::new(start, place, Work::Ended(Box::new(ended))));
        }
        if is_driven {
            return Ok(match self.performs_timer(&start) {
                true => Call::timer_elsewhere(start),
                false => Call::new(start, place, Work::Elsewhere),
            });
        }
        if self.performs_timer(&start) {
            let now = (self.clock)();
            let left = |start: &ActionStart, duration| timer::left(start, duration, now);
            return Ok(Call::timer(start, left));
        }
        if self.border.performs(start.action_name()) && self.may_run_again(&start) {
            return Ok(Call::new(start, place, Work::Interrupted));
        }
        let ended = Ended::failed(&start, unknown_end());
        Ok(Call::new(start, place, Work::Ended(Box::new(ended))))
    }

    pub(super) fn may_run_again(&self, start: &ActionStart) -> bool {
        let action = self.dispatcher.action(start.action_name());
        action.is_none_or(|action| {
            let hints = action.hints();
            hints.read_only == Some(true) || hints.idempotent == Some(true)
        })
    }
}
