//! A call: arguments and scope, bound to the action and to what its host provides.

use super::ActionDescriptor;
use crate::arguments::{self, Arguments};
use crate::config::RailsConfig;
use crate::contain::discard;
use crate::context::Context;
use crate::error::ActionError;
use crate::host::Host;
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::rasa::{CollectingDispatcher, Domain, Message, Tracker};
use crate::resources;
use crate::scope::CallScope;
use crate::special::{Needs, Special};
use serde::Deserialize;
use serde_json::Value;
use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use tokio_util::sync::{CancellationToken, DropGuard};
use umim::Event;

/// One call of one action, owned. Parameters are extracted from it, hooks inspect it, and a closure registered by
/// hand receives it.
///
/// ```
/// use action_sdk::prelude::*;
/// use std::sync::Arc;
///
/// /// Greets whoever the context names, once for each `times`.
/// async fn greet(call: Arc<Call>) -> Result<String, ActionError> {
///     let times: Option<usize> = call.argument("times")?;
///     let user = call.context().text("user").unwrap_or("stranger");
///     Ok(format!("Hello, {user}! ").repeat(times.unwrap_or(1)))
/// }
///
/// let greet = ActionDescriptor::new("GreetAction", greet)?;
/// # Ok::<(), action_sdk::NameError>(())
/// ```
///
/// The data around the call is read with methods: [`context`](Self::context), [`events`](Self::events) and so on. It
/// must be declared, as [`ActionParam::NEEDS`](crate::ActionParam::NEEDS),
/// [`CallHook::needs`](crate::CallHook::needs) or with [`ActionDescriptor::with_needs`]. If anything else is read,
/// the call fails.
pub struct Call {
    arguments: Arguments,
    scope: CallScope,
    served: Arc<Served>,
    /// The token of this call, if it is needed.
    cancel: Option<CancellationToken>,
    own_dispatcher: OnceLock<CollectingDispatcher>,
    undeclared: Undeclared,
}

/// An action with what its host provides: the data shared by all its calls.
pub(crate) struct Served {
    pub(crate) action: ActionDescriptor,
    pub(crate) host: Arc<Host>,
    /// The model for this action: its own, or else the host's main one.
    pub(crate) llm: Option<Arc<dyn Llm>>,
    /// What may be read: what the action and the hooks around it declare.
    pub(crate) needs: Needs,
}

/// The special parameter that was last read without being declared: 0 for none, otherwise its number plus 1.
#[derive(Default)]
struct Undeclared(AtomicU8);

impl Undeclared {
    #[cold]
    fn note(&self, special: Special) {
        self.0.store(special as u8 + 1, Ordering::Relaxed);
    }

    fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    #[cold]
    fn take(&self) -> Option<Special> {
        let number = usize::from(self.0.swap(0, Ordering::Relaxed));
        Special::ALL.get(number.checked_sub(1)?).copied()
    }
}

impl Call {
    pub(crate) fn new(served: Arc<Served>, arguments: Arguments, scope: CallScope) -> Self {
        Self {
            arguments,
            scope,
            served,
            cancel: None,
            own_dispatcher: OnceLock::new(),
            undeclared: Undeclared::default(),
        }
    }

    /// The action that is called.
    #[must_use]
    pub fn action(&self) -> &ActionDescriptor {
        &self.served.action
    }

    /// The scope of the call.
    #[must_use]
    pub fn scope(&self) -> &CallScope {
        &self.scope
    }

    /// The value of an argument, as given.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.arguments.value(name)
    }

    /// All arguments, in the order in which they were given.
    pub fn arguments(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.arguments.iter()
    }

    /// An argument, deserialized. A missing one is `None` for an `Option`, otherwise an error.
    ///
    /// # Errors
    ///
    /// If it is missing or does not have that type; the error gives the action, the argument, what was expected and
    /// what was found.
    pub fn argument<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<T, ActionError> {
        arguments::argument(&self.arguments, &self.action().params, name)
    }

    /// The global variables of the flows.
    #[must_use]
    pub fn context(&self) -> &Context {
        self.reads(Special::Context);
        self.scope.context()
    }

    /// The recent history, oldest first.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        self.reads(Special::Events);
        self.scope.events()
    }

    /// The configuration of the calling bot, or else the host's.
    #[must_use]
    pub fn config(&self) -> &RailsConfig {
        self.shared_config()
    }

    /// The state of the Colang conversation, if the caller has one.
    #[cfg(feature = "state")]
    #[must_use]
    pub fn state(&self) -> Option<&crate::State> {
        self.shared_state().map(|state| &**state)
    }

    /// The model for this action: its own, or else the host's main one.
    #[must_use]
    pub fn llm(&self) -> Option<&Arc<dyn Llm>> {
        self.reads(Special::Llm);
        self.served.llm.as_ref()
    }

    /// The task manager: the caller's, or else the host's.
    #[must_use]
    pub fn llm_task_manager(&self) -> Option<&LlmTaskManager> {
        self.reads(Special::LlmTaskManager);
        let own = self.served.host.llm_task_manager.as_ref();
        self.scope.holds().llm_task_manager.as_ref().or(own)
    }

    /// Rasa's tracker, if the caller has one.
    #[must_use]
    pub fn tracker(&self) -> Option<&Tracker> {
        self.shared_tracker().map(|tracker| &**tracker)
    }

    /// Rasa's domain, if the caller has one.
    #[must_use]
    pub fn domain(&self) -> Option<&Domain> {
        self.shared_domain().map(|domain| &**domain)
    }

    /// The destination of messages for the user.
    #[must_use]
    pub fn dispatcher(&self) -> &CollectingDispatcher {
        self.reads(Special::Dispatcher);
        match &self.scope.holds().dispatcher {
            Some(dispatcher) => dispatcher,
            None => self.own_dispatcher.get_or_init(CollectingDispatcher::new),
        }
    }

    /// The token that cancels this call: it is cancelled when the caller cancels the call, or when it is late,
    /// dropped or failed.
    #[must_use]
    pub fn cancel(&self) -> &CancellationToken {
        self.reads(Special::Cancel);
        self.cancel.as_ref().unwrap_or_else(|| never())
    }

    /// A resource of the host.
    ///
    /// # Errors
    ///
    /// If the host does not have it.
    pub fn resource<T: Any + Send + Sync>(&self) -> Result<Arc<T>, ActionError> {
        let resource = self.served.host.resources.share();
        resource.ok_or_else(resources::missing::<T>)
    }
}

/// For types of parameters.
impl Call {
    pub(crate) fn shared_context(&self) -> Arc<Context> {
        self.reads(Special::Context);
        self.scope.holds().context.clone().unwrap_or_default()
    }

    pub(crate) fn shared_events(&self) -> Arc<[Event]> {
        self.reads(Special::Events);
        self.scope.shared_events()
    }

    pub(crate) fn shared_config(&self) -> &Arc<RailsConfig> {
        self.reads(Special::Config);
        let config = self.scope.holds().config.as_ref();
        config.unwrap_or(&self.served.host.config)
    }

    #[cfg(feature = "state")]
    pub(crate) fn shared_state(&self) -> Option<&Arc<crate::State>> {
        self.reads(Special::State);
        self.scope.holds().state.as_ref()
    }

    pub(crate) fn shared_tracker(&self) -> Option<&Arc<Tracker>> {
        self.reads(Special::Tracker);
        self.scope.holds().tracker.as_ref()
    }

    pub(crate) fn shared_domain(&self) -> Option<&Arc<Domain>> {
        self.reads(Special::Domain);
        self.scope.holds().domain.as_ref()
    }

    pub(crate) fn borrow_resource<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.served.host.resources.borrow()
    }

    pub(crate) fn context_variable<'a, T: Deserialize<'a>>(
        &'a self,
        name: &str,
    ) -> Result<T, ActionError> {
        arguments::context_variable(self.context(), &self.action().params, name)
    }

    pub(crate) fn rest<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<T, ActionError> {
        arguments::rest(&self.arguments, &self.action().params, name)
    }

    /// Records a read that was not declared, so that the call fails.
    fn reads(&self, special: Special) {
        if !self.served.needs.contains(special) {
            self.undeclared.note(special);
        }
    }

    /// Whether everything that was read is declared.
    pub(crate) fn is_declared(&self) -> bool {
        self.undeclared.is_none()
    }

    /// Takes the special parameter that was last read without being declared.
    pub(crate) fn take_undeclared(&self) -> Option<Special> {
        match self.is_declared() {
            true => None,
            false => self.undeclared.take(),
        }
    }
}

/// For the dispatcher.
impl Call {
    /// What the action and the hooks around it declare.
    pub(crate) fn needs(&self) -> Needs {
        self.served.needs
    }

    /// Binds the arguments to the parameters, and refuses unknown ones.
    pub(crate) fn bind(&mut self) -> Result<(), ActionError> {
        let ActionDescriptor {
            params,
            accepts_any_argument,
            ..
        } = &self.served.action;
        self.arguments.bind(params, *accepts_any_argument)
    }

    /// Creates a token, if one is declared. The guard cancels it, unless the call ends with a result.
    pub(crate) fn arm_cancellation(&mut self) -> Option<DropGuard> {
        if !self.needs().contains(Special::Cancel) {
            return None;
        }
        let callers = self.scope.holds().cancel.as_ref();
        let token = callers.map_or_else(CancellationToken::new, CancellationToken::child_token);
        self.cancel = Some(token.clone());
        Some(token.drop_guard())
    }

    /// The token, if one is declared.
    pub(crate) fn lent_token(&self) -> Option<&CancellationToken> {
        self.cancel.as_ref()
    }

    /// Whether the action took a dispatcher that belongs to the call.
    pub(crate) fn has_responses(&self) -> bool {
        self.own_dispatcher.get().is_some()
    }

    /// The messages in a dispatcher that belongs to the call. A stream that was left open is closed.
    pub(crate) async fn take_responses(&self) -> Vec<Message> {
        match self.own_dispatcher.get() {
            Some(dispatcher) => dispatcher.finish().await,
            None => Vec::new(),
        }
    }
}

/// A token that is never cancelled: an action that takes no token never uses it.
fn never() -> &'static CancellationToken {
    static NEVER: OnceLock<CancellationToken> = OnceLock::new();
    NEVER.get_or_init(CancellationToken::new)
}

/// Values attached by the caller may panic when they are dropped.
impl Drop for Call {
    fn drop(&mut self) {
        if self.scope.is_empty() {
            return;
        }
        if let Err(reason) = discard(std::mem::take(&mut self.scope)) {
            let action = self.action().name();
            tracing::error!(
                action,
                reason,
                "what was attached to a call panicked while it was dropped"
            );
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Call");
        debug
            .field("action", &self.action().name())
            .field("arguments", &self.arguments);
        debug.field("scope", &self.scope).finish_non_exhaustive()
    }
}
