//! The scope of a call: conversation, request, time limit. Everything is shared, so that a scope is cheap to clone
//! and a call can outlive its caller.

use crate::config::RailsConfig;
use crate::context::Context;
use crate::llm_task_manager::LlmTaskManager;
use crate::rasa::{CollectingDispatcher, Domain, Tracker};
use crate::resources::Resources;
use serde_json::Value;
use std::any::Any;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use umim::Event;

/// The scope of a call: data about its conversation and its caller. A server fills in what it has; the rest stays
/// empty.
///
/// ```
/// use action_sdk::prelude::*;
/// use std::time::Duration;
///
/// let scope = CallScope::new()
///     .with_context(Context::new().with("last_user_message", "hi"))
///     .with_events(vec![Event::new("UtteranceUserActionFinished")])
///     .with_action_uid("a1")
///     .with_timeout(Duration::from_secs(5));
/// assert_eq!(scope.action_uid(), Some("a1"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct CallScope(Option<Arc<Surroundings>>);

/// The contents of a scope. Boxed, since most calls have little of it and a call is moved often.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    pub(crate) context: Option<Arc<Context>>,
    events: Option<Arc<History>>,
    pub(crate) config: Option<Arc<RailsConfig>>,
    pub(crate) llm_task_manager: Option<LlmTaskManager>,
    #[cfg(feature = "state")]
    pub(crate) state: Option<Arc<crate::State>>,
    pub(crate) tracker: Option<Arc<Tracker>>,
    pub(crate) domain: Option<Arc<Domain>>,
    pub(crate) dispatcher: Option<CollectingDispatcher>,
    pub(crate) cancel: Option<CancellationToken>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) action_uid: Option<Arc<str>>,
    extensions: Option<Arc<Resources>>,
}

/// The contents of an empty scope.
static NOTHING: Surroundings = Surroundings {
    context: None,
    events: None,
    config: None,
    llm_task_manager: None,
    #[cfg(feature = "state")]
    state: None,
    tracker: None,
    domain: None,
    dispatcher: None,
    cancel: None,
    timeout: None,
    action_uid: None,
    extensions: None,
};

/// The recent history, computed on demand.
struct History(LazyLock<Arc<[Event]>, EventsFrom>);

type EventsFrom = Box<dyn FnOnce() -> Arc<[Event]> + Send>;

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("History")
    }
}

impl CallScope {
    /// An empty scope.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the current global variables of the flows.
    #[must_use]
    pub fn with_context(mut self, context: impl Into<Arc<Context>>) -> Self {
        self.own().context = Some(context.into());
        self
    }

    /// Sets the recent history.
    #[must_use]
    pub fn with_events(self, events: impl Into<Arc<[Event]>>) -> Self {
        let events = events.into();
        self.with_events_from(move || events)
    }

    /// Sets a function that returns the recent history: it is called at most once, and only if the call uses it.
    ///
    /// ```
    /// use action_sdk::{CallScope, Event, Invocation};
    ///
    /// let scope = CallScope::new().with_events_from(|| vec![Event::new("Seen")].into());
    /// let invocation = Invocation::new().arg("value", 5).scope(scope);
    /// ```
    #[must_use]
    pub fn with_events_from(
        mut self,
        events: impl FnOnce() -> Arc<[Event]> + Send + 'static,
    ) -> Self {
        self.own().events = Some(Arc::new(History(LazyLock::new(Box::new(events)))));
        self
    }

    /// Sets the configuration of the calling bot; it takes precedence over the dispatcher's own.
    #[must_use]
    pub fn with_config(mut self, config: impl Into<Arc<RailsConfig>>) -> Self {
        self.own().config = Some(config.into());
        self
    }

    /// Sets the task manager of the calling bot; it takes precedence over the dispatcher's own.
    #[must_use]
    pub fn with_llm_task_manager(mut self, llm_task_manager: LlmTaskManager) -> Self {
        self.own().llm_task_manager = Some(llm_task_manager);
        self
    }

    /// Sets the state of the conversation.
    #[cfg(feature = "state")]
    #[must_use]
    pub fn with_state(mut self, state: impl Into<Arc<crate::State>>) -> Self {
        self.own().state = Some(state.into());
        self
    }

    /// Sets Rasa's tracker.
    #[must_use]
    pub fn with_tracker(mut self, tracker: impl Into<Arc<Tracker>>) -> Self {
        self.own().tracker = Some(tracker.into());
        self
    }

    /// Sets Rasa's domain.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<Arc<Domain>>) -> Self {
        self.own().domain = Some(domain.into());
        self
    }

    /// Sets the destination of the action's messages. Without one they are returned in
    /// [`ActionResult::responses`](crate::ActionResult::responses).
    #[must_use]
    pub fn with_dispatcher(mut self, dispatcher: CollectingDispatcher) -> Self {
        self.own().dispatcher = Some(dispatcher);
        self
    }

    /// Sets the token that cancels the call.
    #[must_use]
    pub fn with_cancel(mut self, cancel: CancellationToken) -> Self {
        self.own().cancel = Some(cancel);
        self
    }

    /// Limits the time of the call. The shortest of this, the action's and the dispatcher's limit counts.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.own().timeout = Some(timeout);
        self
    }

    /// Sets the caller's uid for this run of the action; it is used in traces.
    #[must_use]
    pub fn with_action_uid(mut self, action_uid: impl Into<Arc<str>>) -> Self {
        self.own().action_uid = Some(action_uid.into());
        self
    }

    /// Attaches a value, one per type, such as the identity of the caller for a hook that checks permissions and for
    /// an action that takes an [`Extension`](crate::Extension). A second value of the same type replaces the first.
    #[must_use]
    pub fn with_extension<T: Any + Send + Sync>(mut self, value: T) -> Self {
        Arc::make_mut(self.own().extensions.get_or_insert_default()).insert(Arc::new(value));
        self
    }

    /// The global variables of the flows; empty if the caller has none.
    pub(crate) fn context(&self) -> &Context {
        static EMPTY: LazyLock<Context> = LazyLock::new(Context::new);
        self.holds().context.as_deref().unwrap_or(&EMPTY)
    }

    /// The recent history, oldest first; empty if the caller has none.
    pub(crate) fn events(&self) -> &[Event] {
        self.holds()
            .events
            .as_deref()
            .map_or(&[], |history| &**LazyLock::force(&history.0))
    }

    pub(crate) fn shared_events(&self) -> Arc<[Event]> {
        let events = self.holds().events.as_deref();
        events.map_or_else(Arc::default, |history| Arc::clone(&history.0))
    }

    /// The caller's uid for this run of the action.
    #[must_use]
    pub fn action_uid(&self) -> Option<&str> {
        self.holds().action_uid.as_deref()
    }

    /// The value of that type attached by the caller.
    #[must_use]
    pub fn extension<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.holds().extensions.as_ref()?.borrow()
    }

    pub(crate) fn shared_extension<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.holds().extensions.as_ref()?.share()
    }

    /// Sets one of the flows' global variables.
    pub(crate) fn set_variable(&mut self, name: String, value: Value) {
        Arc::make_mut(self.own().context.get_or_insert_default()).insert(name, value);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn holds(&self) -> &Surroundings {
        self.0.as_deref().unwrap_or(&NOTHING)
    }

    /// The contents, mutable; cloned if they are shared.
    fn own(&mut self) -> &mut Surroundings {
        Arc::make_mut(self.0.get_or_insert_with(|| Arc::new(NOTHING.clone())))
    }
}
