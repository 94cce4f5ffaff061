//! Tools for the tests of action authors: a tester for one action, a scripted model, a check of the registry.
//!
//! An action can be called as an ordinary function. [`ActionTester`] tests the whole call instead: look-up, arguments
//! from JSON, special parameters, panics, time limits.

mod llm;

pub use llm::ScriptedLlm;

use crate::action::ActionDescriptor;
use crate::config::RailsConfig;
use crate::context::Context;
use crate::dispatcher::{ActionDispatcher, ActionDispatcherBuilder, BuildErrors, CallHook};
use crate::error::{ActionError, ActionErrorKind};
use crate::invocation::Invocation;
use crate::llm::Llm;
use crate::llm_task_manager::LlmTaskManager;
use crate::lookup::Lookup;
use crate::rasa::{self, Domain, Message, Tracker};
use crate::registry::Registry;
use crate::result::ActionResult;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use umim::Event;

/// Runs one action with a minimal host. Only what this action needs has to be provided.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk::testing::{ActionTester, ScriptedLlm};
///
/// /// Asks the model whether a text is safe.
/// #[action(name = "CheckTextAction")]
/// async fn check_text(text: &str, llm: &dyn Llm) -> Result<bool, ActionError> {
///     let answer = llm.text(format!("Is this safe? {text}")).await.map_err(ActionError::caused_by)?;
///     Ok(answer == "yes")
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let llm = ScriptedLlm::replies(["yes"]);
/// let tested = ActionTester::new("CheckTextAction").arg("text", "hello").llm(llm.clone()).run().await?;
/// assert!(tested.value::<bool>()?);
/// assert_eq!(llm.prompts(), ["Is this safe? hello"]);
/// # Ok::<(), ActionError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing happens before `run`"]
pub struct ActionTester {
    name: String,
    registry: Registry,
    host: ActionDispatcherBuilder,
    invocation: Invocation,
    context: Context,
    events: Vec<Event>,
}

impl ActionTester {
    /// Tests a linked action.
    pub fn new(name: impl Into<String>) -> Self {
        Self::with_registry(name.into(), Registry::linked())
    }

    /// Tests an action built by hand.
    pub fn of(action: ActionDescriptor) -> Self {
        Self::with_registry(action.name().to_owned(), Registry::empty().with(action))
    }

    fn with_registry(name: String, registry: Registry) -> Self {
        Self {
            name,
            registry,
            host: ActionDispatcher::builder(),
            invocation: Invocation::new(),
            context: Context::new(),
            events: Vec::new(),
        }
    }

    /// Sets an argument.
    pub fn arg(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.invocation = self.invocation.arg(name, value);
        self
    }

    /// Adds a positional argument: Colang's `$0`, `$1`, …
    pub fn positional(mut self, value: impl Into<Value>) -> Self {
        self.invocation = self.invocation.positional(value);
        self
    }

    /// Sets a context variable.
    pub fn context(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.context.insert(name, value);
        self
    }

    /// Adds an event to the history.
    pub fn event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    /// Sets the state of the Colang conversation: that of a session of the runtime, or one created by a machine of
    /// the crate `colang`.
    #[cfg(feature = "state")]
    pub fn state(mut self, state: impl Into<Arc<crate::State>>) -> Self {
        self.invocation.scope = self.invocation.scope.with_state(state);
        self
    }

    /// Sets Rasa's tracker.
    pub fn tracker(mut self, tracker: Tracker) -> Self {
        self.invocation.scope = self.invocation.scope.with_tracker(tracker);
        self
    }

    /// Sets Rasa's domain.
    pub fn domain(mut self, domain: Domain) -> Self {
        self.invocation.scope = self.invocation.scope.with_domain(domain);
        self
    }

    /// Sets the token that cancels the call.
    pub fn cancel(mut self, cancel: CancellationToken) -> Self {
        self.invocation.scope = self.invocation.scope.with_cancel(cancel);
        self
    }

    /// Limits the time of the call.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.invocation.scope = self.invocation.scope.with_timeout(timeout);
        self
    }

    /// Offers a resource.
    #[track_caller]
    pub fn resource<T: Any + Send + Sync>(mut self, resource: T) -> Self {
        self.host = self.host.resource(resource);
        self
    }

    /// Adds a resource that is shared with the test.
    #[track_caller]
    pub fn shared_resource<T: Any + Send + Sync>(mut self, resource: Arc<T>) -> Self {
        self.host = self.host.shared_resource(resource);
        self
    }

    /// Attaches a value to the call.
    pub fn extension<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.invocation.scope = self.invocation.scope.with_extension(value);
        self
    }

    /// Adds a hook around the call.
    pub fn hook(mut self, hook: impl CallHook) -> Self {
        self.host = self.host.hook(hook);
        self
    }

    /// Sets the model.
    pub fn llm(mut self, llm: impl Llm) -> Self {
        self.host = self.host.llm(llm);
        self
    }

    /// Sets the task manager, which renders prompts.
    pub fn llm_task_manager(mut self, llm_task_manager: LlmTaskManager) -> Self {
        self.host = self.host.llm_task_manager(llm_task_manager);
        self
    }

    /// Sets the configuration.
    pub fn config(mut self, config: RailsConfig) -> Self {
        self.host = self.host.config(config);
        self
    }

    /// Calls the action.
    ///
    /// # Errors
    ///
    /// See [`ActionDispatcher::call`]; and [`ActionErrorKind::Unavailable`] if something that the action needs was
    /// not provided, or the name refers to more than one action.
    pub async fn run(self) -> Result<Tested, ActionError> {
        let registry = self.registry.only(&self.name);
        let dispatcher = self
            .host
            .registry(registry)
            .build()
            .map_err(|errors| unavailable(&self.name, errors))?;
        let mut invocation = self.invocation;
        invocation.scope = invocation
            .scope
            .with_context(self.context)
            .with_events(self.events);
        dispatcher.call(&self.name, invocation).await.map(Tested)
    }
}

fn unavailable(name: &str, errors: BuildErrors) -> ActionError {
    ActionError::new(ActionErrorKind::Unavailable, errors.to_string())
        .with_action(name)
        .with_source(errors)
}

/// The result of a tested action.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested(ActionResult);

impl Tested {
    /// The returned value, deserialized.
    ///
    /// # Errors
    ///
    /// If it does not have that type.
    pub fn value<T: DeserializeOwned>(&self) -> Result<T, ActionError> {
        self.0.read()
    }

    /// The returned value as JSON.
    #[must_use]
    pub fn return_value(&self) -> &Value {
        &self.0.return_value
    }

    /// The events that the action returned.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        self.0.events()
    }

    /// The context variables that the action changed.
    #[must_use]
    pub fn context_updates(&self) -> &Map<String, Value> {
        self.0.context_updates()
    }

    /// The messages that the action gave to its `dispatcher`.
    #[must_use]
    pub fn responses(&self) -> &[Message] {
        self.0.responses()
    }

    /// The Rasa events that the action returned; `None` if it returned something else.
    #[must_use]
    pub fn rasa_events(&self) -> Option<&rasa::Events> {
        self.0.rasa_events()
    }

    /// The whole result.
    #[must_use]
    pub fn into_result(self) -> ActionResult {
        self.0
    }
}

/// Checks that the linked actions are consistent: there is at least one, and names are unique. One line in a test of
/// the program that runs them:
///
/// ```standalone_crate
/// # use action_sdk::prelude::*;
/// # #[action(name = "PingAction")]
/// # async fn ping() {}
/// # if true {
/// action_sdk::testing::assert_registry();
/// # }
/// ```
///
/// # Panics
///
/// With all problems.
#[track_caller]
pub fn assert_registry() {
    let registry = Registry::linked();
    assert!(
        !registry.is_empty(),
        "no action is linked; mention the crate that defines them: `use my_actions as _;`"
    );
    let (_, clashes) = Lookup::new(&registry);
    if let Err(errors) =
        BuildErrors::check(crate::dispatcher::clashes(&registry, clashes).collect())
    {
        panic!("{errors}");
    }
}
