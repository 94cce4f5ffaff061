//! What all conversations of a runtime share.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use action_sdk::{ActionDispatcher, ActionStart, LlmTaskManager, RailsConfig};
use colang::machine::Machine;
use umim::{Event, Timestamp, UidSource};

use crate::analysis::{Callers, Providers};
use crate::border::Border;
use crate::intrinsic::Intrinsic;
use crate::logged::Logged;
use crate::session::{ProcessOptions, Sizes, SnapshotKey, timer};

/// Who the reference says that events come from which the runtime makes itself.
const SOURCE_UID: &str = "NeMoGuardrails";

/// The data shared by all conversations.
pub(crate) struct Shared {
    pub(crate) snapshot_key: Option<SnapshotKey>,
    pub(crate) machine: Machine,
    pub(crate) dispatcher: ActionDispatcher,
    pub(crate) rails: Arc<RailsConfig>,
    /// What renders prompts, unless the dispatcher has something of its own.
    pub(crate) llm_task_manager: Option<LlmTaskManager>,
    pub(crate) intrinsics: Vec<Intrinsic>,
    pub(crate) callers: Callers,
    /// Those of a new conversation.
    pub(crate) options: Arc<ProcessOptions>,
    pub(crate) max_events: usize,
    pub(crate) sizes: Sizes,
    /// How many conversations were begun or resumed.
    pub(crate) sessions: AtomicU64,
    pub(crate) disable_async_execution: bool,
    pub(crate) performs_timers: bool,
    /// Whether the stops of actions that run here go out.
    pub(crate) tells_stops: bool,
    pub(crate) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// The same for all conversations; if there is none, nobody can tell their uids.
    pub(crate) seed: Option<u64>,
    /// What events from outside may do.
    pub(crate) border: Border,
    pub(crate) log: Option<Box<dyn Fn(Logged) + Send + Sync>>,
}

impl Shared {
    /// Whether this starts a timer that runs here.
    pub(crate) fn performs_timer(&self, start: &ActionStart) -> bool {
        self.performs_timers && start.action_name() == timer::ACTION
    }

    /// The event with uid, times and source, as the runtime gives them to its own events.
    pub(crate) fn stamped(&self, event: Event, uids: &mut UidSource) -> Event {
        event.stamped(uids, (self.clock)(), SOURCE_UID)
    }

    /// Tells what a flow prints or writes to the log.
    pub(crate) fn log(&self, logged: Logged) {
        match &self.log {
            Some(log) => log(logged),
            None => tracing::info!("{logged}"),
        }
    }

    pub(crate) fn providers(&self) -> Providers<'_> {
        Providers {
            dispatcher: &self.dispatcher,
            intrinsics: &self.intrinsics,
            callers: &self.callers,
        }
    }
}
