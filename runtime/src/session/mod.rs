//! One conversation: what it remembers, its running actions, and what is to be told of them.

mod calls;
mod cycle;
mod flow_error;
mod held;
mod history;
mod identity;
mod options;
mod room;
mod saved;
mod snapshot_key;
pub(crate) mod timer;
mod unanswered;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use action_sdk::{ActionDescriptor, ActionStart, CallScope};
use colang::state::State;
use serde_json::Value as Json;
use tracing::Instrument;
use umim::{Event, UidSource};

use crate::convert;
use crate::error::RuntimeError;
use crate::shared::Shared;

pub(crate) use calls::{Call, Calls, Work, trace};
use cycle::Progress;
pub(crate) use cycle::{Input, Queue};
pub use flow_error::FlowError;
use held::Held;
use history::History;
pub use options::ProcessOptions;
use room::Room;
pub(crate) use room::Sizes;
pub use saved::Saved;
pub(crate) use saved::{Content, SavedCall};
pub(crate) use snapshot_key::SnapshotKey;
use unanswered::Unanswered;

/// One conversation, made by [`Runtime::session`](crate::Runtime::session). Dropping it cancels its running actions.
///
/// ```
/// # use action_sdk_runtime::{Runtime, parse_config};
/// use action_sdk::Event;
///
/// # let source = "flow main\n  match UtteranceUserActionFinished() as $said\n  await UtteranceBotAction(script=$said.final_transcript)\n";
/// # let runtime = Runtime::builder(parse_config("", [("main.co", source)])?).build()?;
/// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
/// # tokio.block_on(async {
/// let mut session = runtime.session();
/// session.process_events(Vec::new()).await?; // starts `main`
/// let said = Event::new("UtteranceUserActionFinished").with("final_transcript", "Hello");
/// let events = session.process_events(vec![said]).await?;
/// assert_eq!(events[0].value("script"), Some(&"Hello".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session {
    pub(crate) shared: Arc<Shared>,
    /// Shared with actions that ask for it; copied where it changes while one of them still has it.
    pub(crate) state: Arc<State>,
    /// For the events that the cycle makes itself.
    pub(crate) uids: UidSource,
    pub(crate) calls: Calls,
    /// What is to be run; empty between calls, unless one has reached its limit.
    pub(crate) queue: Queue,
    /// What waits for the output rails.
    pub(crate) held: Held,
    /// Actions that failed, after which the bot has said nothing.
    pub(crate) unanswered: Unanswered,
    /// What goes out and has not been handed out.
    pub(crate) outputs: VecDeque<Event>,
    pub(crate) history: History,
    pub(crate) room: Room,
    /// What the host calls the conversation, if it calls it anything.
    pub(crate) id: Option<String>,
    /// Its place among the conversations of this runtime.
    pub(crate) number: u64,
    pub(crate) options: ProcessOptions,
    /// What surrounds every call, as the host has attached it.
    pub(crate) caller: CallScope,
    /// What is wrong with flows that were added, to be told to the flows.
    pub(crate) complaints: Vec<String>,
    /// What went wrong in flows and was not taken.
    pub(crate) flow_errors: VecDeque<FlowError>,
}

/// How many errors of flows are kept for a host that does not take them.
pub(crate) const MOST_FLOW_ERRORS: usize = 100;

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, state: State, uids: UidSource) -> Self {
        Self {
            history: History::new(shared.sizes.history),
            room: Room::default(),
            id: None,
            number: shared.sessions.fetch_add(1, Ordering::Relaxed) + 1,
            options: shared.options.clone(),
            caller: CallScope::new(),
            shared,
            state: Arc::new(state),
            uids,
            calls: Calls::default(),
            queue: Queue::default(),
            held: Held::default(),
            unanswered: Unanswered::default(),
            outputs: VecDeque::new(),
            complaints: Vec::new(),
            flow_errors: VecDeque::new(),
        }
    }

    /// With other options than those of the runtime.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// use action_sdk_runtime::ProcessOptions;
    ///
    /// # let runtime = Runtime::builder(parse_config("", [("main.co", "flow main\n  match Never()\n")])?).build()?;
    /// let session = runtime.session().with_options(ProcessOptions::chat());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_options(mut self, options: ProcessOptions) -> Self {
        self.set_options(options);
        self
    }

    /// As [`with_options`](Self::with_options), for a conversation under way: for what is processed from now on.
    pub fn set_options(&mut self, options: ProcessOptions) {
        self.options = options;
    }

    /// Processes events and all that follows from them, and gives back the events that go out.
    ///
    /// If `main` waits it is started first, so that the first call may be one without events. Actions that run here are
    /// awaited, except those with `execute_async`: their results come in with the next call, or through
    /// [`next_event`](Self::next_event). The future may be dropped at any time: what has gone out and which actions run
    /// is kept for the next call.
    ///
    /// # Errors
    ///
    /// * If an event holds a value that no variable can hold; then none of the events is processed.
    /// * If an event is larger than [`max_event_bytes`](crate::RuntimeBuilder::max_event_bytes), or the conversation holds
    ///   more than [`max_conversation_bytes`](crate::RuntimeBuilder::max_conversation_bytes); then none of them is either.
    /// * If more events follow than one call may process ([`max_events`](crate::RuntimeBuilder::max_events)):
    ///   [`RuntimeErrorKind::TooManyEvents`](crate::RuntimeErrorKind::TooManyEvents). Nothing is lost then. What is to be
    ///   processed stays queued, and the next call begins with it; what has gone out comes with the next call that
    ///   succeeds, or with [`take_outputs`](Self::take_outputs). A call without events just goes on.
    ///
    /// What goes wrong in flows and actions is no error, but an event.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// use action_sdk_runtime::RuntimeErrorKind;
    ///
    /// # let source = "flow main\n  match Go()\n  $n = 0\n  while $n < 30\n    send Step()\n    $n = $n + 1\n  match Never()\n";
    /// # let runtime = Runtime::builder(parse_config("", [("main.co", source)])?).max_events(20).build()?;
    /// # let go = action_sdk::Event::new("Go");
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// # session.process_events(Vec::new()).await?;
    /// let mut result = session.process_events(vec![go]).await; // sets off more than 20 events
    /// for _ in 0..3 {
    ///     match &result {
    ///         Err(error) if error.kind() == RuntimeErrorKind::TooManyEvents => {}
    ///         Ok(_) | Err(_) => break,
    ///     }
    ///     result = session.process_events(Vec::new()).await;
    /// }
    /// assert_eq!(result?.len(), 30);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn process_events(&mut self, events: Vec<Event>) -> Result<Vec<Event>, RuntimeError> {
        let bytes = self.measure(&events)?;
        let inputs = events.iter().map(|event| self.shared.admit(event));
        let inputs = inputs.filter_map(Result::transpose);
        let inputs = inputs.collect::<Result<_, _>>()?;
        drop(events);
        self.find_room(bytes)?;
        let mut left = self.shared.max_events;
        let span = self.span();
        let progress = self.process(inputs, &mut left);
        match progress.instrument(span).await {
            Progress::Done | Progress::Waits => Ok(self.take_outputs()),
            Progress::Full => Err(self.too_many()),
        }
    }

    /// As [`process_events`](Self::process_events), for events that nobody has looked at yet.
    ///
    /// # Errors
    ///
    /// Also if a value is no object or its `type` is missing, no text or empty. In any case none of the events is
    /// processed then.
    pub async fn process_json(&mut self, events: Vec<Json>) -> Result<Vec<Event>, RuntimeError> {
        let events = events.into_iter().map(Event::from_json);
        let events = events.collect::<Result<_, _>>()?;
        self.process_events(events).await
    }

    /// Waits for the next event that goes out because an action has ended by itself or a timer has gone off, and gives
    /// it back; `None` if neither runs any more. Nothing is lost if the future is dropped.
    ///
    /// A timer may start the next one for ever. A host that also waits for something else drops the future then, as
    /// `tokio::select!` does.
    ///
    /// # Errors
    ///
    /// [`RuntimeErrorKind::TooManyEvents`](crate::RuntimeErrorKind::TooManyEvents) if so many events were processed as one
    /// call may process, and none has gone out. Nothing is lost: the next call goes on. So control comes back also where
    /// a timer that says nothing starts itself again and again.
    pub async fn next_event(&mut self) -> Result<Option<Event>, RuntimeError> {
        let span = self.span();
        self.next().instrument(span).await
    }

    async fn next(&mut self) -> Result<Option<Event>, RuntimeError> {
        let mut left = self.shared.max_events;
        loop {
            if let Some(event) = self.outputs.pop_front() {
                return Ok(Some(event));
            }
            if left == 0 {
                return Err(self.too_many());
            }
            if self.queue.is_empty() {
                if self.calls.is_empty() {
                    return Ok(None);
                }
                self.begin_work();
                self.calls.one(true).await;
            }
            self.find_room(0)?;
            self.process(Vec::new(), &mut left).await;
        }
    }

    async fn process(&mut self, inputs: Vec<Input>, left: &mut usize) -> Progress {
        let mut cycle = self.begin(inputs);
        let progress = loop {
            match self.advance(&mut cycle, left) {
                Progress::Waits => self.calls.one(false).await,
                progress @ (Progress::Done | Progress::Full) => break progress,
            }
        };
        self.end(&cycle);
        progress
    }

    fn too_many(&self) -> RuntimeError {
        let (max_events, queued) = (self.shared.max_events, self.queue.iter().count());
        tracing::warn!(
            max_events,
            queued,
            "one call set off more events than are allowed"
        );
        RuntimeError::too_many_events(max_events)
    }

    /// What has gone out and was not handed out yet: after a call that has failed or was dropped.
    pub fn take_outputs(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.outputs).into()
    }

    /// Whether events are queued because a call has reached its limit. The next call begins with them.
    #[must_use]
    pub fn has_queued_events(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Takes the queued events out, so that the flows never hear of them: a way out for a host whose flows set off events
    /// without end.
    pub fn drop_queued_events(&mut self) -> Vec<Event> {
        let queue = std::mem::take(&mut self.queue);
        let events = queue.iter().map(Input::event);
        events.map(convert::to_outside).collect()
    }

    /// Saves the conversation as it is now; it goes on unchanged.
    ///
    /// The latest events of the history are part of it, so that a model still knows what was said before: as many as
    /// [`saved_history`](crate::RuntimeBuilder::saved_history) allows. A host that keeps the whole history takes it with
    /// [`take_history`](Self::take_history) before it saves, and gives it back with
    /// [`set_earlier_history`](Self::set_earlier_history). What is queued and what has not been handed out is part of it.
    ///
    /// # Errors
    ///
    /// If a variable holds what cannot be written.
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
            uids: self.uids.clone(),
            calls: self.calls.iter().map(SavedCall::new).collect(),
            queue: std::mem::take(&mut self.queue),
            complaints: self.complaints.clone(),
            history: self.history.saved(self.shared.sizes.saved_history),
            id: self.id.clone(),
            outputs: std::mem::take(&mut self.outputs),
            held: self.held.clone(),
            unanswered: self.unanswered.clone(),
        };
        let saved = content.save(self.shared.snapshot_key.as_ref());
        self.queue = content.queue;
        self.outputs = content.outputs;
        saved
    }

    /// What went wrong in flows since the last time, oldest first, each with flow, file and line. It is traced as well,
    /// and told to the flows as the event `ColangError`. Of errors that nobody takes the latest 100 are kept.
    ///
    /// ```
    /// # use action_sdk_runtime::{Runtime, parse_config};
    /// let flows = "flow main\n  $user = None\n  $name = $user.name\n";
    /// let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).build()?;
    /// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
    /// # tokio.block_on(async {
    /// let mut session = runtime.session();
    /// session.process_events(Vec::new()).await?;
    /// let errors = session.take_flow_errors();
    /// assert_eq!((errors[0].flow(), errors[0].file(), errors[0].line()), ("main", "main.co", Some(3)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_flow_errors(&mut self) -> Vec<FlowError> {
        std::mem::take(&mut self.flow_errors).into()
    }

    /// What the flows remember.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether an action still runs, or has ended and was not yet reported to the flows. A timer that runs is not one.
    #[must_use]
    pub fn has_running_actions(&self) -> bool {
        self.calls.any_action() || self.has_queued_events()
    }

    /// Cancels all running actions, but no timers. They are reported to the flows as failed with the next call.
    pub fn cancel_actions(&mut self) {
        self.calls.cancel_all();
    }

    /// The latest events that came in, went out or were told between flows and actions, oldest first: at most 500, and at
    /// most [`max_history_bytes`](crate::RuntimeBuilder::max_history_bytes).
    #[must_use]
    pub fn history(&self) -> Arc<[Event]> {
        self.history.recent()()
    }

    /// The events of the history that were added since the last time, to be appended to a log beside the saved
    /// conversation. It is to be taken before the conversation is saved.
    pub fn take_history(&mut self) -> Vec<Event> {
        self.history.take_new()
    }

    /// Sets where the history from before this session is found, as [`take_history`](Self::take_history) has told it. It
    /// is asked at most once, and only if an action or [`history`](Self::history) asks for it, and counts instead of what
    /// the saved conversation brought along.
    pub fn set_earlier_history(&mut self, events: impl FnOnce() -> Vec<Event> + Send + 'static) {
        self.history.set_earlier(events);
    }

    /// What surrounds a call of an action: only what it asks for, where that is not cheap. An action made by hand may
    /// look at everything but the state, which it has to declare.
    pub(crate) fn scope(&self, action: &ActionDescriptor, start: &ActionStart) -> CallScope {
        let scope = self.caller.clone();
        let mut scope = scope
            .with_config(Arc::clone(&self.shared.rails))
            .with_action_uid(start.action_uid());
        if !self.state.globals().is_empty() {
            scope = scope.with_context(convert::to_context(self.state.globals()));
        }
        let is_made_by_hand = action.crate_name().is_empty();
        if is_made_by_hand || action.takes("events") {
            scope = scope.with_events_from(self.history.recent());
        }
        let tasks = self.shared.llm_task_manager.as_ref();
        if let Some(tasks) = tasks.filter(|_| is_made_by_hand || action.takes("llm_task_manager")) {
            scope = scope.with_llm_task_manager(tasks.clone());
        }
        if action.takes("state") {
            scope = scope.with_state(Arc::clone(&self.state));
        }
        scope
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("running_actions", &self.calls.iter().count())
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}
