//! A call on its way: an invocation bound to the action that answers it and to the host that runs it.

use crate::action::ActionDescriptor;
use crate::arguments::Arguments;
use crate::config::RailsConfig;
use crate::contain::discard;
use crate::context::Context;
use crate::dispatcher::{Entry, Shared};
use crate::error::ActionError;
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::param;
use crate::rasa::{CollectingDispatcher, Domain, Message, Tracker};
use crate::scope::CallScope;
use serde::Deserialize;
use serde_json::Value;
use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};
use tokio_util::sync::CancellationToken;
use umim::Event;

/// One call of one action, owned: what parameters are taken from, what hooks look at, and what a closure registered
/// by hand receives.
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
pub struct Call {
    pub(crate) arguments: Arguments,
    pub(crate) scope: CallScope,
    pub(crate) cancel: Option<CancellationToken>,
    shared: Arc<Shared>,
    index: usize,
    own_dispatcher: OnceLock<CollectingDispatcher>,
}

impl Call {
    pub(crate) fn new(
        shared: Arc<Shared>,
        index: usize,
        arguments: Arguments,
        scope: CallScope,
    ) -> Self {
        Self {
            arguments,
            scope,
            cancel: None,
            shared,
            index,
            own_dispatcher: OnceLock::new(),
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.shared.entries[self.index]
    }

    /// The action that is called.
    #[must_use]
    pub fn action(&self) -> &ActionDescriptor {
        &self.entry().descriptor
    }

    /// The scope of the call.
    #[must_use]
    pub fn scope(&self) -> &CallScope {
        &self.scope
    }

    /// The value of an argument as it came.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.arguments.value(name)
    }

    /// All arguments, in the order in which they were given.
    pub fn arguments(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.arguments.iter()
    }

    /// An argument as a type of one's own. A missing one is `None` for an `Option`, else an error.
    ///
    /// # Errors
    ///
    /// If it is missing or does not have that type; the error names action, argument, what was expected and found.
    pub fn argument<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<T, ActionError> {
        param::argument(self, name)
    }

    /// The flows' global variables.
    #[must_use]
    pub fn context(&self) -> &Context {
        self.scope.context()
    }

    /// The recent history, oldest first.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        self.scope.events()
    }

    /// The configuration of the bot that calls, else the host's.
    #[must_use]
    pub fn config(&self) -> &RailsConfig {
        self.scope
            .holds()
            .config
            .as_ref()
            .unwrap_or(&self.shared.host.config)
    }

    /// What the Colang conversation remembers, if the caller is one.
    #[cfg(feature = "state")]
    #[must_use]
    pub fn state(&self) -> Option<&crate::State> {
        self.scope.holds().state.as_deref()
    }

    /// The model for this action: its own, else the host's main one.
    #[must_use]
    pub fn llm(&self) -> Option<&Arc<dyn Llm>> {
        self.entry().llm.as_ref().or(self.shared.host.llm.as_ref())
    }

    /// What renders prompts: the caller's, else the host's.
    #[must_use]
    pub fn llm_task_manager(&self) -> Option<&LlmTaskManager> {
        let own = self.shared.host.llm_task_manager.as_ref();
        self.scope.holds().llm_task_manager.as_ref().or(own)
    }

    /// Rasa's tracker, if the caller has one.
    #[must_use]
    pub fn tracker(&self) -> Option<&Tracker> {
        self.scope.holds().tracker.as_deref()
    }

    /// Rasa's domain, if the caller has one.
    #[must_use]
    pub fn domain(&self) -> Option<&Domain> {
        self.scope.holds().domain.as_deref()
    }

    /// Where messages for the user go.
    #[must_use]
    pub fn dispatcher(&self) -> &CollectingDispatcher {
        match &self.scope.holds().dispatcher {
            Some(dispatcher) => dispatcher,
            None => self.own_dispatcher.get_or_init(CollectingDispatcher::new),
        }
    }

    /// What cancels this call. It is cancelled when the call ends without a result: dropped, late, failed.
    #[must_use]
    pub fn cancel(&self) -> &CancellationToken {
        self.cancel.as_ref().unwrap_or_else(|| never())
    }

    /// A resource of the host.
    ///
    /// # Errors
    ///
    /// If the host has none of that type.
    pub fn resource<T: Any + Send + Sync>(&self) -> Result<Arc<T>, ActionError> {
        self.shared
            .host
            .resources
            .share()
            .ok_or_else(|| param::missing_resource(std::any::type_name::<T>()))
    }

    pub(crate) fn shared_config(&self) -> Arc<RailsConfig> {
        let config = self.scope.holds().config.as_ref();
        Arc::clone(config.unwrap_or(&self.shared.host.config))
    }

    pub(crate) fn borrow_resource<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.shared.host.resources.borrow()
    }

    /// Whether the action asked for a dispatcher of the call's own.
    pub(crate) fn has_responses(&self) -> bool {
        self.own_dispatcher.get().is_some()
    }

    /// The messages that the action left with a dispatcher of the call's own. A stream that was left open is closed.
    pub(crate) async fn take_responses(&self) -> Vec<Message> {
        match self.own_dispatcher.get() {
            Some(dispatcher) => dispatcher.finish().await,
            None => Vec::new(),
        }
    }
}

/// Stands in where nothing can cancel: an action that takes no token never looks at it.
fn never() -> &'static CancellationToken {
    static NEVER: OnceLock<CancellationToken> = OnceLock::new();
    NEVER.get_or_init(CancellationToken::new)
}

/// What the caller attached is the caller's code, and its `Drop` may panic.
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
