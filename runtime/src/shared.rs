//! The data shared by all conversations of a runtime.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use action_sdk::{ActionDispatcher, ActionStart, LlmTaskManager, RailsConfig};
use colang::machine::Machine;
use umim::{Event, Timestamp};

use crate::analysis::{Callers, Providers, Stubs};
use crate::border::Border;
use crate::intrinsic::Intrinsic;
use crate::logged::Logged;
use crate::session::{ProcessOptions, Sizes, SnapshotKey, Stamps, timer};

/// The source of events that the runtime creates itself, as in the reference.
const SOURCE_UID: &str = "NeMoGuardrails";

/// The data shared by all conversations.
pub(crate) struct Shared {
    pub(crate) snapshot_key: Option<SnapshotKey>,
    pub(crate) machine: Machine,
    pub(crate) dispatcher: ActionDispatcher,
    pub(crate) rails: Arc<RailsConfig>,
    /// The task manager, used unless the dispatcher has its own.
    pub(crate) llm_task_manager: Option<LlmTaskManager>,
    pub(crate) intrinsics: Vec<Intrinsic>,
    pub(crate) callers: Callers,
    /// The options of new conversations.
    pub(crate) options: Arc<ProcessOptions>,
    pub(crate) max_events: usize,
    pub(crate) sizes: Sizes,
    /// How many conversations were started or resumed.
    pub(crate) sessions: AtomicU64,
    pub(crate) disable_async_execution: bool,
    pub(crate) performs_timers: bool,
    /// Whether stop events of local actions are sent to the caller.
    pub(crate) tells_stops: bool,
    pub(crate) clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// The seed of all conversations; without one, uids cannot be predicted.
    pub(crate) seed: Option<u64>,
    /// The rules for events from outside.
    pub(crate) border: Border,
    pub(crate) log: Option<Box<dyn Fn(Logged) + Send + Sync>>,
}

impl Shared {
    /// Whether this starts a local timer.
    pub(crate) fn performs_timer(&self, start: &ActionStart) -> bool {
        self.performs_timers && start.action_name() == timer::ACTION
    }

    /// Adds uid, time and source to an event of the runtime itself.
    pub(crate) fn stamped(&self, event: Event, stamps: &mut Stamps) -> Event {
        let now = stamps.now(&self.clock);
        event.stamped(&mut stamps.uids, now, SOURCE_UID)
    }

    /// Passes on what a flow prints or logs.
    pub(crate) fn log(&self, logged: Logged) {
        match &self.log {
            Some(log) => log(logged),
            None => tracing::info!("{logged}"),
        }
    }

    pub(crate) fn providers(&self) -> Providers<'_> {
        Providers {
            stubs: Stubs::NONE,
            dispatcher: &self.dispatcher,
            intrinsics: &self.intrinsics,
            callers: &self.callers,
        }
    }
}
