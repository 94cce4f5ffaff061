//! The dispatcher: from a name and an invocation to a result, from a `Start…Action` event to its `…ActionFinished`.

mod builder;
mod checks;
mod elsewhere;
mod hook;
mod limits;
mod perform;
mod problem;
mod start;
mod wishes;

pub(crate) use checks::clashes;

pub use builder::ActionDispatcherBuilder;
pub use hook::CallHook;
pub use problem::{BuildErrors, BuildProblem, BuildProblemKind};
pub use start::{ActionStart, ActionStartError, ActionStartErrorKind};

use crate::action::{ActionDescriptor, Call, Served};
use crate::error::{ActionError, ActionErrorKind};
use crate::host::Host;
use crate::invocation::Invocation;
use crate::llm_task_manager::LlmTaskManager;
use crate::lookup::Lookup;
use crate::result::ActionResult;
use crate::scope::CallScope;
use crate::special::Needs;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use umim::{Event, Timestamp, UidSource};

/// Runs actions by name. Cheap to clone; all clones share one registry and one host.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
///
/// #[action(name = "AddAction")]
/// async fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let dispatcher = ActionDispatcher::builder().build()?;
/// let result = dispatcher.call("AddAction", Invocation::new().arg("a", 2).arg("b", 3)).await?;
/// assert_eq!(result.return_value, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ActionDispatcher {
    shared: Arc<Shared>,
}

/// The data shared by all calls.
struct Shared {
    entries: Vec<Entry>,
    host: Arc<Host>,
    lookup: Lookup,
    hooks: Vec<Arc<dyn CallHook>>,
    timeout: Option<Duration>,
    stamp: Stamp,
    /// The settings that the host has put into effect.
    in_effect: BTreeSet<String>,
}

/// An action with its settings in this dispatcher.
struct Entry {
    served: Arc<Served>,
    /// One permit for each concurrent call.
    permits: Option<Arc<Semaphore>>,
}

impl Entry {
    fn action(&self) -> &ActionDescriptor {
        &self.served.action
    }
}

/// The data for stamping events.
struct Stamp {
    /// A plain lock: it is held for one draw and never across an `await`.
    uids: Mutex<UidSource>,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    source_uid: String,
}

impl ActionDispatcher {
    /// Starts with all linked actions and an empty host.
    #[must_use]
    pub fn builder() -> ActionDispatcherBuilder {
        ActionDispatcherBuilder::default()
    }

    /// Calls an action and waits for its result.
    ///
    /// It never spawns tasks, except that a `blocking` action runs on the blocking pool of the current tokio runtime.
    /// The future may be dropped at any time, which cancels the call.
    ///
    /// # Errors
    ///
    /// See [`ActionErrorKind`]. Panics of the action are caught (if the program unwinds), and returned as
    /// [`ActionErrorKind::Panicked`].
    pub async fn call(
        &self,
        name: &str,
        invocation: Invocation,
    ) -> Result<ActionResult, ActionError> {
        match self.shared.lookup.find(name) {
            Some(index) => {
                let Invocation { arguments, scope } = invocation;
                let entry = &self.shared.entries[index];
                let call = Call::new(Arc::clone(&entry.served), arguments, scope);
                perform::perform(&self.shared, entry, call).await
            }
            None => Err(self.not_found(name, &invocation.scope)),
        }
    }

    /// Runs the action for a `Start…Action` event and returns its `…ActionFinished` event.
    ///
    /// There is no error: any failure is reported in the event, as `is_success: false`, `status: "failed"`,
    /// `failure_reason` and `return_value: null`. If `scope` has no dispatcher, messages for the user are included in
    /// `events` as `StartUtteranceBotAction`; changed variables are in `context_updates`.
    pub async fn run(&self, start: &ActionStart, scope: &CallScope) -> Event {
        let scope = scope.clone().with_action_uid(start.shared_action_uid());
        let invocation = Invocation::new().args(start.arguments()).scope(scope);
        let outcome = self.call(start.action_name(), invocation).await;
        self.finished(start, outcome)
    }

    /// The `…ActionFinished` event for an outcome; for hosts that inspect the result first.
    #[must_use]
    pub fn finished(
        &self,
        start: &ActionStart,
        outcome: Result<ActionResult, ActionError>,
    ) -> Event {
        let Stamp {
            uids,
            clock,
            source_uid,
        } = &self.shared.stamp;
        let mut uids = uids.lock().unwrap_or_else(PoisonError::into_inner);
        start
            .finished(outcome)
            .stamped(&mut uids, clock(), source_uid)
    }

    /// The action with this name, for its properties.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&ActionDescriptor> {
        self.shared
            .lookup
            .find(name)
            .map(|index| self.shared.entries[index].action())
    }

    /// All actions, sorted by name.
    pub fn actions(&self) -> impl Iterator<Item = &ActionDescriptor> {
        self.shared.entries.iter().map(Entry::action)
    }

    /// Whether there is a model for the action of that name: its own, or the main one.
    ///
    /// ```standalone_crate
    /// use action_sdk::prelude::*;
    /// use action_sdk::testing::ScriptedLlm;
    ///
    /// #[action]
    /// async fn check_tone(llm: Option<&dyn Llm>) -> bool {
    ///     llm.is_some()
    /// }
    ///
    /// assert!(!ActionDispatcher::builder().build()?.has_llm("CheckToneAction"));
    /// let model = ScriptedLlm::replies(["polite"]);
    /// let dispatcher = ActionDispatcher::builder().action_llm("CheckToneAction", model).build()?;
    /// assert!(dispatcher.has_llm("CheckToneAction"));
    /// # Ok::<(), action_sdk::BuildErrors>(())
    /// ```
    #[must_use]
    pub fn has_llm(&self, action: &str) -> bool {
        let entry = self.shared.lookup.find(action);
        entry.is_some_and(|index| self.shared.entries[index].served.llm.is_some())
    }

    /// What a call of the action of that name may read: what the action and the hooks declare. A host provides
    /// nothing else.
    ///
    /// ```standalone_crate
    /// use action_sdk::prelude::*;
    /// use action_sdk::{CallHook, Needs, Special};
    ///
    /// #[action]
    /// async fn count_events(events: &[Event]) -> usize {
    ///     events.len()
    /// }
    ///
    /// struct Audit;
    ///
    /// impl CallHook for Audit {
    ///     fn needs(&self) -> Needs {
    ///         Needs::of(&[Special::Context])
    ///     }
    /// }
    ///
    /// let dispatcher = ActionDispatcher::builder().hook(Audit).build()?;
    /// let needs = Needs::of(&[Special::Context, Special::Events]);
    /// assert_eq!(dispatcher.needs("CountEventsAction"), needs);
    /// # Ok::<(), action_sdk::BuildErrors>(())
    /// ```
    #[must_use]
    pub fn needs(&self, action: &str) -> Needs {
        let entry = self.shared.lookup.find(action);
        entry.map_or(Needs::NONE, |index| self.shared.entries[index].served.needs)
    }

    /// The task manager, if the host has one.
    #[must_use]
    pub fn llm_task_manager(&self) -> Option<&LlmTaskManager> {
        self.shared.host.llm_task_manager.as_ref()
    }

    /// Whether the host has put this setting of the configuration into effect:
    /// [`with_in_effect`](ActionDispatcherBuilder::with_in_effect).
    ///
    /// ```standalone_crate
    /// use action_sdk::prelude::*;
    ///
    /// let dispatcher = ActionDispatcher::builder().with_in_effect("mcp_servers.fs").build()?;
    /// assert!(dispatcher.has_in_effect("mcp_servers.fs"));
    /// assert!(!dispatcher.has_in_effect("mcp_servers.search"));
    /// # Ok::<(), action_sdk::BuildErrors>(())
    /// ```
    #[must_use]
    pub fn has_in_effect(&self, setting: &str) -> bool {
        self.shared.in_effect.contains(setting)
    }

    /// The known name closest to an unknown one, for a "did you mean".
    #[must_use]
    pub fn suggest(&self, name: &str) -> Option<&str> {
        self.shared.lookup.suggest(name)
    }

    #[cold]
    fn not_found(&self, name: &str, scope: &CallScope) -> ActionError {
        let shown = crate::shown::shortened(name);
        let hint = match self.suggest(name) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => format!(
                " among {} actions; those of a crate that no code mentions are not linked: `link!(its_crate);`",
                self.shared.entries.len()
            ),
        };
        let message = format!("no action named `{shown}` is registered{hint}");
        let error = ActionError::new(ActionErrorKind::NotFound, message);
        perform::trace(&shown, scope, &error);
        error
    }
}

impl fmt::Debug for ActionDispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.actions().map(ActionDescriptor::name))
            .finish()
    }
}
