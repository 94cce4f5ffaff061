//! Builds a runtime, and checks before anything runs what could never work.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use action_sdk::{ActionDispatcher, RailsConfig};
use colang::diagnostic::Code;
use colang::machine::{Limits, Machine};
use colang::value::Value;
use umim::Timestamp;

use crate::analysis::{Callers, Stubs};
use crate::border::{Border, Performed, Variables};
use crate::config::Config;
use crate::error::{RuntimeError, RuntimeErrorKind};
use crate::intrinsic::Intrinsic;
use crate::logged::Logged;
use crate::parts::Parts;
use crate::problem::Problem;
use crate::rails;
use crate::report::Report;
use crate::session::{ProcessOptions, Sizes, SnapshotKey, timer};
use crate::shared::Shared;

use super::Runtime;

/// How many events one call may cause (nemoguardrails 0.24.1).
const MAX_EVENTS: usize = 500;

/// Builds a [`Runtime`].
///
/// ```
/// use action_sdk::prelude::*;
/// use action_sdk_runtime::{Runtime, parse_config};
///
/// let source = "flow main\n  await CusotmTestAction()\n";
/// let config = parse_config("", [("main.co", source)])?;
/// let custom = ActionDescriptor::new("CustomTestAction", |_: std::sync::Arc<Call>| async { Ok::<_, ActionError>(5) })?;
/// let dispatcher = ActionDispatcher::builder().register(custom).build()?;
/// let error = Runtime::builder(config).dispatcher(dispatcher).build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "main.co:2:9: flow `main` starts `CusotmTestAction`, which nobody provides; did you mean `CustomTestAction`?",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing happens before `.build()`"]
pub struct RuntimeBuilder {
    config: Config,
    options: ProcessOptions,
    dispatcher: Option<ActionDispatcher>,
    callers: Callers,
    without: Vec<String>,
    without_model: bool,
    limits: Option<Limits>,
    max_events: Option<usize>,
    sizes: Sizes,
    disable_async_execution: bool,
    perform_timers: bool,
    tell_stops: bool,
    clock: Option<Box<dyn Fn() -> Timestamp + Send + Sync>>,
    seed: Option<u64>,
    settable_variables: Option<HashSet<String>>,
    log: Option<Box<dyn Fn(Logged) + Send + Sync>>,
    snapshot_key: Option<Vec<u8>>,
}

impl RuntimeBuilder {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            options: ProcessOptions::default(),
            dispatcher: None,
            callers: Callers::default(),
            without: Vec::new(),
            without_model: false,
            limits: None,
            max_events: None,
            sizes: Sizes::default(),
            disable_async_execution: false,
            perform_timers: false,
            tell_stops: false,
            clock: None,
            seed: None,
            settable_variables: None,
            log: None,
            snapshot_key: None,
        }
    }

    /// Sets how events are processed, for all conversations. A single conversation can have other options:
    /// [`Session::with_options`](crate::Session::with_options).
    pub fn options(mut self, options: ProcessOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the actions that run here. By default all linked ones, without resources.
    pub fn dispatcher(mut self, dispatcher: ActionDispatcher) -> Self {
        self.dispatcher = Some(dispatcher);
        self
    }

    /// Declares actions that the caller of [`process_events`](crate::Session::process_events) performs: it gets their
    /// `Start…` events and sends their `…Finished` events. Standard UMIM actions, such as `UtteranceBotAction`, need
    /// no declaration.
    pub fn caller_performs<N: Into<String>>(
        mut self,
        actions: impl IntoIterator<Item = N>,
    ) -> Self {
        self.callers
            .named
            .extend(actions.into_iter().map(Into::into));
        self
    }

    /// Declares that the caller performs all unknown actions; mistyped names are not detected then.
    pub fn caller_performs_any(mut self) -> Self {
        self.callers.any = true;
        self
    }

    /// Leaves out a built-in action of the runtime, such as `AddFlowsAction`.
    pub fn without(mut self, action: impl Into<String>) -> Self {
        self.without.push(action.into());
        self
    }

    /// Builds the runtime even if flows use a model and the dispatcher has none. Calls of the model then fail as if
    /// it were down, and checks with a model block everything.
    ///
    /// ```
    /// use action_sdk_runtime::{Runtime, RuntimeErrorKind, parse_config};
    ///
    /// let flows = "flow main\n  match Start()\n  $color = ...\"A color.\"\n";
    /// let config = parse_config("", [("main.co", flows)])?;
    /// let error = Runtime::builder(config.clone()).build().unwrap_err();
    /// assert_eq!(error.kind(), RuntimeErrorKind::NoModel);
    /// assert!(error.to_string().starts_with("main.co:3:12: flow `main` asks a model (`GenerateValueAction`)"));
    /// assert!(Runtime::builder(config).without_model().build().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn without_model(mut self) -> Self {
        self.without_model = true;
        self
    }

    /// Sets the limits for what one event may cause in the flows.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Sets how many events one call of `process_events` may process, including those that it causes; 500 by default.
    /// Further events stay queued, and the call fails with [`RuntimeErrorKind::TooManyEvents`]. It also does if more
    /// than twenty times as many events are queued.
    pub fn max_events(mut self, max_events: usize) -> Self {
        self.max_events = Some(max_events.max(1));
        self
    }

    /// Sets the approximate maximum size of an event from outside as JSON, in bytes; 4 MiB by default. A larger one
    /// is refused with [`RuntimeErrorKind::EventTooLarge`]. An action with a larger `Finished` event fails.
    pub fn max_event_bytes(mut self, bytes: usize) -> Self {
        self.sizes.event = bytes;
        self
    }

    /// Sets the maximum size of the history that is kept for actions and prompts, in bytes; 16 MiB by default, and at
    /// most 500 events. The oldest events are dropped first.
    pub fn max_history_bytes(mut self, bytes: usize) -> Self {
        self.sizes.history = bytes;
        self
    }

    /// Sets how many bytes of the history are saved with a conversation, the latest first; 192 KiB by default, which
    /// is all 500 events (some twenty turns with rails and a model) unless their texts are long. With 0 saving the
    /// history is left to the host: see [`take_history`](crate::Session::take_history).
    pub fn saved_history(mut self, bytes: usize) -> Self {
        self.sizes.saved_history = bytes;
        self
    }

    /// Sets the maximum size of a saved conversation without its history, in bytes; 64 MiB by default. A larger
    /// conversation accepts no more events: [`RuntimeErrorKind::ConversationTooLarge`]. It can still be saved.
    pub fn max_conversation_bytes(mut self, bytes: usize) -> Self {
        self.sizes.conversation = bytes;
        self
    }

    /// Signs saved conversations with a key (HMAC with SHA-256), and only resumes those that were signed with it.
    /// Otherwise anyone who can write a saved conversation could decide what was said, which rails have passed and
    /// which flows were added. The key must have at least 16 random bytes; processes that resume each other's
    /// conversations need the same one.
    ///
    /// ```
    /// use action_sdk_runtime::{Runtime, RuntimeErrorKind, parse_config};
    ///
    /// let config = parse_config("", [("main.co", "flow main\n  match Start()\n")])?;
    /// let runtime = |key: &str| Runtime::builder(config.clone()).snapshot_key(key).build();
    /// let saved = runtime("a key of 16 bytes, or more")?.session().snapshot()?;
    /// assert!(runtime("a key of 16 bytes, or more")?.resume(&saved).is_ok());
    /// let error = runtime("another key, of somebody else")?.resume(&saved).unwrap_err();
    /// assert_eq!(error.kind(), RuntimeErrorKind::Untrusted);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn snapshot_key(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.snapshot_key = Some(key.into());
        self
    }

    /// Waits for `execute_async` actions like for all others.
    pub fn disable_async_execution(mut self, disable: bool) -> Self {
        self.disable_async_execution = disable;
        self
    }

    /// Sends the `StopXAction` events of local actions to the caller, like nemoguardrails 0.24.1. By default they are
    /// not sent, since the caller does not know of their start either.
    pub fn tell_stops(mut self) -> Self {
        self.tell_stops = true;
        self
    }

    /// Performs `TimerBotAction(timer_name, duration)` here, on tokio's clock, as used by flows like `wait` and `user
    /// was silent` of the library `timing`. By default its events are sent to the caller, who performs it.
    ///
    /// The `duration` is in seconds; any other value fails the action. A timer runs independently of other actions:
    /// when it fires, flows get `TimerBotActionFinished`, and [`next_event`](crate::Session::next_event) wakes up. A
    /// stopped timer sends nothing, as in the chat of nemoguardrails 0.24.1. If the conversation is saved and
    /// resumed, the time passes on the runtime's clock: the timer runs for the remaining time, or fires at once.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=180)\n  send TeaIsReady()\n";
    /// let config = parse_config("", [("main.co", flows)])?;
    /// let runtime = Runtime::builder(config).perform_timers().build()?;
    ///
    /// # let tokio = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// assert!(session.process_events(Vec::new()).await?.is_empty());
    /// let event = session.next_event().await?; // three minutes later
    /// assert_eq!(event.as_ref().map(|event| event.name()), Some("TeaIsReady"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn perform_timers(mut self) -> Self {
        self.perform_timers = true;
        self
    }

    /// Sets the clock for the times in events; the system clock by default.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Some(Box::new(clock));
        self
    }

    /// Gives all conversations the same uids and random choices, for tests and replays. Anyone who knows the seed, or
    /// one of the uids, can compute all others. By default uids cannot be predicted.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the global variables that a `ContextUpdate` from outside may set. Use it in a host that passes on events
    /// from others; by default an event may set any variable except the library's own.
    ///
    /// ```
    /// use action_sdk::Event;
    /// use action_sdk_runtime::{Runtime, RuntimeErrorKind, parse_config};
    /// use serde_json::json;
    ///
    /// let config = parse_config("", [("main.co", "flow main\n  match Never()\n")])?;
    /// let runtime = Runtime::builder(config).settable_variables(["language"]).build()?;
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// let update = |data| vec![Event::new("ContextUpdate").with("data", data)];
    /// session.process_events(update(json!({"language": "de"}))).await?;
    /// let refused = session.process_events(update(json!({"is_admin": true}))).await.unwrap_err();
    /// assert_eq!(refused.kind(), RuntimeErrorKind::Refused);
    /// # Ok::<(), action_sdk_runtime::RuntimeError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settable_variables<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let names = names.into_iter().map(Into::into);
        self.settable_variables
            .get_or_insert_default()
            .extend(names);
        self
    }

    /// Sets a function that gets what flows print and log; by default it is traced.
    pub fn log(mut self, log: impl Fn(Logged) + Send + Sync + 'static) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Everything that is wrong or doubtful about the flows with these actions, settings and models: what
    /// [`build`](Self::build) would refuse, and what it would only trace. For programs that show mistakes without running
    /// anything.
    ///
    /// # Errors
    ///
    /// If the linked actions do not fit together, or [`without`](Self::without) names an action that there is not.
    ///
    /// ```
    /// use action_sdk_runtime::{Runtime, parse_config};
    ///
    /// let flows = "flow main\n  await PayAction()\n  match UtteranceBotAction.Finished() as $said\n  print $said.final_srcipt\n";
    /// let report = Runtime::builder(parse_config("", [("main.co", flows)])?).check()?;
    /// let error = report.errors().next().ok_or("nobody provides `PayAction`")?;
    /// assert_eq!((error.file(), error.line(), error.column()), (Some("main.co"), Some(2), Some(9)));
    /// assert_eq!(error.code().as_str(), "co0401");
    /// let warning = report.warnings().next().ok_or("there is no `final_srcipt`")?;
    /// assert_eq!(warning.suggestion(), Some("did you mean `final_script`?"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(&self) -> Result<Report, RuntimeError> {
        Ok(self.report(&self.parts()?))
    }

    fn report(&self, parts: &Parts) -> Report {
        let needs_models = !self.without_model;
        parts.report(
            self.config.read(),
            &self.callers,
            &Stubs::default(),
            needs_models,
        )
    }

    /// Puts together what flows are held against.
    fn parts(&self) -> Result<Parts, RuntimeError> {
        let rails = self.config.rails();
        let parts = Parts::new(rails, self.dispatcher.as_ref(), Vec::new())?;
        Ok(Parts {
            intrinsics: intrinsics(&self.without, &parts.dispatcher)?,
            ..parts
        })
    }

    /// The runtime.
    ///
    /// # Errors
    ///
    /// If the linked actions do not fit together; if flows start actions that nobody provides, or with arguments that
    /// they do not take, or without those that they need; if they ask a model and there is none, or check with a prompt
    /// that there is not: all of that is told at once. Also if there is no flow `main`, or if a prompt of the
    /// configuration cannot be used.
    pub fn build(self) -> Result<Runtime, RuntimeError> {
        let parts = self.parts()?;
        let report = self.report(&parts);
        let of_flows = report.clone().without(is_told_later).into_errors();
        if of_flows.errors().next().is_some() {
            return Err(RuntimeError::of_flows(of_flows));
        }
        for warning in report.warnings() {
            tracing::warn!(%warning, "configuration");
        }
        self.put_together(parts)
    }

    fn put_together(self, parts: Parts) -> Result<Runtime, RuntimeError> {
        let Parts {
            dispatcher,
            intrinsics,
            tasks,
        } = parts;
        let performs_timers = self.perform_timers && dispatcher.action(timer::ACTION).is_none();
        let own = intrinsics.iter().map(|own| own.action());
        let own = own.chain(performs_timers.then_some(timer::ACTION));
        let border = Border {
            performed: Performed {
                dispatcher: dispatcher.clone(),
                own: own.collect(),
            },
            variables: Variables::new(self.config.program(), self.settable_variables),
        };
        let machine = machine(
            &self.config,
            self.limits.unwrap_or_default(),
            &border.performed,
        )?;
        Ok(Runtime(Arc::new(Shared {
            machine,
            snapshot_key: self.snapshot_key.map(SnapshotKey::new).transpose()?,
            dispatcher,
            llm_task_manager: tasks?,
            rails: Arc::clone(self.config.rails()),
            intrinsics,
            callers: self.callers,
            options: Arc::new(self.options),
            max_events: self.max_events.unwrap_or(MAX_EVENTS),
            sizes: self.sizes,
            sessions: AtomicU64::new(0),
            disable_async_execution: self.disable_async_execution,
            performs_timers,
            tells_stops: self.tell_stops,
            clock: self.clock.unwrap_or_else(|| Box::new(Timestamp::now)),
            seed: self.seed,
            border,
            log: self.log,
        })))
    }
}

/// Whether the runtime itself cannot be put together because of this problem, and says why.
fn is_told_later(problem: &Problem) -> bool {
    matches!(
        problem.code(),
        Code::MissingMain | Code::InvalidTemplate | Code::UnknownTemplateVariable
    )
}

fn intrinsics(
    without: &[String],
    dispatcher: &ActionDispatcher,
) -> Result<Vec<Intrinsic>, RuntimeError> {
    let all = || Intrinsic::ALL.into_iter();
    if let Some(unknown) = without
        .iter()
        .find(|name| all().all(|own| own.action() != name.as_str()))
    {
        if dispatcher.action(unknown).is_some() {
            let message = format!(
                "`.without(..)` names `{unknown}`, which the dispatcher brings; leave it out there, with `ActionDispatcher::builder().without(..)`"
            );
            return Err(RuntimeError::new(RuntimeErrorKind::UnknownName, message));
        }
        let known: Vec<_> = all().map(Intrinsic::action).collect();
        let message = format!(
            "`.without(..)` names `{unknown}`, which is no action of the runtime; those are {}",
            known.join(", ")
        );
        return Err(RuntimeError::new(RuntimeErrorKind::UnknownName, message));
    }
    let stays = |own: &Intrinsic| !without.iter().any(|name| name == own.action());
    Ok(all().filter(stays).collect())
}

fn machine(
    config: &Config,
    limits: Limits,
    performed: &Performed,
) -> Result<Machine, RuntimeError> {
    let settings = config.rails();
    let performed = performed.clone();
    let mut machine = Machine::new(config.program().clone())?
        .with_limits(limits)
        .with_source_uid(settings.event_source_uid.as_str())
        .with_config(value_of(settings))
        .with_performed(move |action| performed.is(action));
    if rails::check_what_is_said(machine.program()) {
        machine = machine.with_checks_of_what_is_said();
    }
    if settings.rails.extra.get("fail_open") == Some(&true.into()) {
        machine = machine.with_rails_that_fail_open();
    }
    Ok(machine)
}

/// The settings as flows read them: `$system.config`.
fn value_of(settings: &RailsConfig) -> Value {
    let json = serde_json::to_value(settings).unwrap_or_default();
    Value::from_json(&json).unwrap_or_else(|error| {
        tracing::warn!(%error, "the settings cannot be read as `$system.config`");
        Value::None
    })
}
