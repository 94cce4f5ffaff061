//! The dispatcher: from a name and an invocation to a result, from a `Start…Action` event to its `…ActionFinished`.

mod builder;
mod checks;
mod hook;
mod perform;
mod problem;
mod start;

pub(crate) use checks::clashes;

pub use builder::ActionDispatcherBuilder;
pub use hook::CallHook;
pub use problem::{BuildErrors, BuildProblem, BuildProblemKind};
pub use start::{ActionStart, ActionStartError, ActionStartErrorKind};

use crate::action::ActionDescriptor;
use crate::call::Call;
use crate::config::RailsConfig;
use crate::error::{ActionError, ActionErrorKind};
use crate::invocation::Invocation;
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::lookup::Lookup;
use crate::resources::Resources;
use crate::result::ActionResult;
use crate::scope::CallScope;
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

/// Everything that calls share.
pub(crate) struct Shared {
    pub(crate) entries: Vec<Entry>,
    pub(crate) host: Host,
    lookup: Lookup,
    hooks: Vec<Arc<dyn CallHook>>,
    timeout: Option<Duration>,
    stamp: Stamp,
}

/// An action and what belongs to it here.
pub(crate) struct Entry {
    pub(crate) descriptor: ActionDescriptor,
    /// The model for this action alone.
    pub(crate) llm: Option<Arc<dyn Llm>>,
    /// One permit for every call that may run at once.
    slots: Option<Arc<Semaphore>>,
    wants_cancel: bool,
}

/// What the host lends to every action.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) resources: Resources,
    pub(crate) config: Arc<RailsConfig>,
    pub(crate) llm: Option<Arc<dyn Llm>>,
    pub(crate) llm_task_manager: Option<LlmTaskManager>,
}

/// What goes onto events made here.
struct Stamp {
    /// A plain lock: it is held for one draw and never across a wait.
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
    /// Never spawns, except that a `blocking` action runs on the blocking pool of the current tokio runtime. The
    /// future may be dropped at any time; that cancels the call.
    ///
    /// # Errors
    ///
    /// Whatever kept the action from giving a result: see [`ActionErrorKind`]. Panics of the action are caught (where
    /// the program unwinds), and come as [`ActionErrorKind::Panicked`].
    pub async fn call(
        &self,
        name: &str,
        invocation: Invocation,
    ) -> Result<ActionResult, ActionError> {
        match self.shared.lookup.find(name) {
            Some(index) => {
                let Invocation { arguments, scope } = invocation;
                perform::perform(Call::new(Arc::clone(&self.shared), index, arguments, scope)).await
            }
            None => Err(self.not_found(name, &invocation.scope)),
        }
    }

    /// Runs the action that a `Start…Action` event asks for and gives back its `…ActionFinished` event.
    ///
    /// There is no error to return: a failure of any kind stands in the event, as `is_success: false`,
    /// `status: "failed"`, `failure_reason` and `return_value: null`. Messages for the user that `scope` has no
    /// dispatcher for ride along in `events` as `StartUtteranceBotAction`, changed variables in `context_updates`.
    pub async fn run(&self, start: &ActionStart, scope: &CallScope) -> Event {
        let scope = scope.clone().with_action_uid(start.shared_action_uid());
        let invocation = Invocation::new().args(start.arguments()).scope(scope);
        let outcome = self.call(start.action_name(), invocation).await;
        self.finished(start, outcome)
    }

    /// The `…ActionFinished` event for what a call came to; for hosts that take the result apart first.
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

    /// The action that answers to a name: whether it is a system action, whether to wait for it.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&ActionDescriptor> {
        self.shared
            .lookup
            .find(name)
            .map(|index| &self.shared.entries[index].descriptor)
    }

    /// All actions, sorted by name.
    pub fn actions(&self) -> impl Iterator<Item = &ActionDescriptor> {
        self.shared.entries.iter().map(|entry| &entry.descriptor)
    }

    /// Whether the action of that name is lent a model: its own, or the one for all.
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
        let entry = entry.map(|index| &self.shared.entries[index]);
        entry.is_some_and(|entry| entry.llm.is_some() || self.shared.host.llm.is_some())
    }

    /// What renders prompts, if the host was given it.
    #[must_use]
    pub fn llm_task_manager(&self) -> Option<&LlmTaskManager> {
        self.shared.host.llm_task_manager.as_ref()
    }

    /// The known name nearest to one that is unknown, for a "did you mean".
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
