//! One conversation: its state, its running actions, and its queues.

mod calls;
mod collecting;
mod converse;
mod cycle;
mod driven;
mod flow_error;
mod held;
mod history;
mod identity;
mod options;
mod queue;
mod reply;
mod reporting;
mod room;
mod saved;
mod saving;
mod sending;
mod snapshot_key;
mod stamps;
mod starting;
mod unanswered;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use colang::state::State;
use colang::value::Event as Inside;
use serde_json::Value as Json;
use tracing::Instrument;
use umim::{Event, UidSource};

use crate::convert;
use crate::error::RuntimeError;
use crate::shared::Shared;
use crate::size::Counter;

use calls::Calls;
pub(crate) use calls::timer;
use collecting::Collector;
pub use converse::Conversation;
use cycle::{Cycle, Progress};
pub use driven::{ActionEnd, DrivenSession, Effects, OpenAction, OpenTimer};
pub use flow_error::FlowError;
use flow_error::FlowErrors;
use held::Held;
use history::History;
use identity::Identity;
pub use options::ProcessOptions;
pub(crate) use queue::Input;
use queue::Queue;
pub use reply::Reply;
use room::Room;
pub(crate) use room::Sizes;
pub use saved::Saved;
use saved::SavedCall;
pub(crate) use snapshot_key::SnapshotKey;
pub(crate) use stamps::Stamps;
use starting::Starter;
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
    shared: Arc<Shared>,
    identity: Identity,
    options: Arc<ProcessOptions>,
    /// The state of the flows. Shared with actions that use it; copied on write.
    state: Arc<State>,
    /// For events that the session creates itself.
    stamps: Stamps,
    /// Whether someone else performs actions and timers.
    is_driven: bool,
    /// Inputs to be processed; empty between calls, unless one has reached its limit.
    queue: Queue,
    /// The actions that run here.
    calls: Calls,
    /// Utterances that wait for the output rails.
    held: Held,
    /// Failed actions after which the bot has not said anything.
    unanswered: Unanswered,
    /// Sent events that have not been returned yet.
    outputs: VecDeque<Event>,
    /// Mistakes in added flows that have not been reported to the flows yet.
    complaints: Vec<String>,
    /// Errors in flows that have not been taken yet.
    flow_errors: FlowErrors,
    history: History,
    room: Room,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, state: State, uids: UidSource) -> Self {
        let number = shared.sessions.fetch_add(1, Ordering::Relaxed) + 1;
        Self {
            identity: Identity::new(number),
            options: Arc::clone(&shared.options),
            state: Arc::new(state),
            stamps: Stamps::new(uids),
            is_driven: false,
            queue: Queue::default(),
            calls: Calls::default(),
            held: Held::default(),
            unanswered: Unanswered::default(),
            outputs: VecDeque::new(),
            complaints: Vec::new(),
            flow_errors: FlowErrors::default(),
            history: History::new(shared.sizes.history),
            room: Room::default(),
            shared,
        }
    }

    /// Sets options for this conversation.
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

    /// Like [`with_options`](Self::with_options), for a running conversation: for everything from now on.
    pub fn set_options(&mut self, options: ProcessOptions) {
        self.options = Arc::new(options);
    }

    /// Processes events and all their consequences, and returns the events that are sent.
    ///
    /// If `main` waits it is started first, so the first call may have no events. Local actions are awaited, except
    /// those with `execute_async`: their results come with the next call, or through
    /// [`next_event`](Self::next_event). The future may be dropped at any time: sent events and running actions are
    /// kept for the next call.
    ///
    /// # Errors
    ///
    /// * If an event contains a value that no variable can hold; then none of the events is processed.
    /// * If an event is larger than [`max_event_bytes`](crate::RuntimeBuilder::max_event_bytes), or the conversation
    ///   is larger than [`max_conversation_bytes`](crate::RuntimeBuilder::max_conversation_bytes); then none of the
    ///   events is processed.
    /// * If there are more events than one call may process ([`max_events`](crate::RuntimeBuilder::max_events)):
    ///   [`RuntimeErrorKind::TooManyEvents`](crate::RuntimeErrorKind::TooManyEvents). Nothing is lost: remaining
    ///   events stay queued, and the next call begins with them; sent events are returned by the next call that
    ///   succeeds, or by [`take_outputs`](Self::take_outputs). A call without events just continues.
    ///
    /// Errors in flows and actions are not errors of the call, but events.
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
        let options = Arc::clone(&self.options);
        self.take_in(events, &options).await?;
        Ok(self.take_outputs())
    }

    /// Processes events. The events to send are kept in `outputs`.
    async fn take_in(
        &mut self,
        events: Vec<Event>,
        options: &ProcessOptions,
    ) -> Result<(), RuntimeError> {
        let inputs = self.admit(events)?;
        let mut left = self.shared.max_events;
        let span = self.identity.span();
        let processed = self.process(inputs, options, &mut left);
        match processed.instrument(span).await {
            true => Ok(()),
            false => Err(self.too_many()),
        }
    }

    /// Accepts events, if all of them are allowed and there is room for them.
    fn admit(&mut self, events: Vec<Event>) -> Result<Vec<Input>, RuntimeError> {
        let bytes = room::measure(&events, self.shared.sizes.event)?;
        let inputs = events.iter().map(|event| self.shared.border.admit(event));
        let inputs = inputs.filter_map(Result::transpose);
        let inputs = inputs.collect::<Result<_, _>>()?;
        drop(events);
        self.find_room(bytes)?;
        Ok(inputs)
    }

    /// Like [`process_events`](Self::process_events), for events that have not been validated yet.
    ///
    /// # Errors
    ///
    /// Also if a value is not an object or its `type` is missing, not a string, or empty. None of the events is
    /// processed then.
    pub async fn process_json(&mut self, events: Vec<Json>) -> Result<Vec<Event>, RuntimeError> {
        let events = events.into_iter().map(Event::from_json);
        let events = events.collect::<Result<_, _>>()?;
        self.process_events(events).await
    }

    /// Waits for the next event that is sent because an action has ended or a timer has fired, and returns it; `None`
    /// if neither is running. Nothing is lost if the future is dropped.
    ///
    /// Timers may restart each other forever. A host that also waits for something else drops the future then, as
    /// `tokio::select!` does.
    ///
    /// # Errors
    ///
    /// [`RuntimeErrorKind::TooManyEvents`](crate::RuntimeErrorKind::TooManyEvents) if the maximum number of events of
    /// a call was processed and none was sent. Nothing is lost: the next call continues. So control returns even if a
    /// timer restarts itself forever without output.
    pub async fn next_event(&mut self) -> Result<Option<Event>, RuntimeError> {
        let span = self.identity.span();
        self.next().instrument(span).await
    }

    async fn next(&mut self) -> Result<Option<Event>, RuntimeError> {
        let options = Arc::clone(&self.options);
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
                self.calls.any_has_ended().await;
            }
            self.find_room(0)?;
            self.process(Vec::new(), &options, &mut left).await;
        }
    }

    /// Processes these inputs and all their consequences; returns whether the limit was not exceeded.
    async fn process(
        &mut self,
        inputs: Vec<Input>,
        options: &ProcessOptions,
        left: &mut usize,
    ) -> bool {
        let mut cycle = Cycle::begin(self, options, left, inputs);
        let is_done = loop {
            match cycle.advance() {
                Progress::Waits => cycle.wait().await,
                Progress::Done => break true,
                Progress::Full => break false,
            }
        };
        cycle.end();
        is_done
    }

    fn too_many(&self) -> RuntimeError {
        let (max_events, queued) = (self.shared.max_events, self.queue.len());
        tracing::warn!(
            max_events,
            queued,
            "one call set off more events than are allowed"
        );
        RuntimeError::too_many_events(max_events)
    }

    /// The sent events that have not been returned yet, because a call failed or was dropped.
    pub fn take_outputs(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.outputs).into()
    }

    /// Whether events are queued because a call has reached its limit. The next call begins with them.
    #[must_use]
    pub fn has_queued_events(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Removes the queued events, so that flows never get them: a way out for a host whose flows cause events
    /// endlessly.
    pub fn drop_queued_events(&mut self) -> Vec<Event> {
        let queue = std::mem::take(&mut self.queue);
        let events = queue.iter().map(Input::event);
        events.map(convert::to_outside).collect()
    }

    /// The errors in flows since the last call, oldest first, each with flow, file and line. They are traced as well,
    /// and flows get them as the event `ColangError`. If the host does not take them, the latest 100 are kept.
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
        self.flow_errors.take()
    }

    /// The same, without taking them.
    pub(crate) fn flow_errors(&self) -> impl Iterator<Item = &FlowError> {
        self.flow_errors.iter()
    }

    /// The state of the flows.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether an action is running, or has ended and was not reported to the flows yet. Running timers do not count.
    #[must_use]
    pub fn has_running_actions(&self) -> bool {
        self.calls.any_action() || self.has_queued_events()
    }

    /// Cancels all running actions, but not timers. They are reported to the flows as failed with the next call.
    pub fn cancel_actions(&mut self) {
        self.calls.cancel_all();
    }

    /// The latest events that were received, sent, or exchanged between flows and actions, oldest first: at most 500,
    /// and at most [`max_history_bytes`](crate::RuntimeBuilder::max_history_bytes).
    #[must_use]
    pub fn history(&self) -> Arc<[Event]> {
        self.history.recent()()
    }

    /// The events added to the history since the last call, to be appended to a log next to the saved conversation.
    /// Call it before saving.
    pub fn take_history(&mut self) -> Vec<Event> {
        self.history.take_new()
    }

    /// Sets a function that loads the history from before this session, as returned by
    /// [`take_history`](Self::take_history). It is called at most once, and only if an action or
    /// [`history`](Self::history) needs it, and replaces the history in the saved conversation.
    pub fn set_earlier_history(&mut self, events: impl FnOnce() -> Vec<Event> + Send + 'static) {
        self.history.set_earlier(events);
    }

    /// Starts timers, and the actions that must be started again after the conversation was resumed.
    fn begin_work(&mut self) {
        let starter = Starter {
            shared: &self.shared,
            identity: &self.identity,
            state: &self.state,
            history: &self.history,
            is_driven: self.is_driven,
        };
        let work = |start: &_| starter.work(start).map(|(work, _)| work);
        self.calls.begin(work);
    }

    /// Polls actions and applies their context updates.
    fn collect(&mut self) {
        let mut collector = Collector {
            shared: &self.shared,
            calls: &mut self.calls,
            state: &mut self.state,
            held: &mut self.held,
            complaints: &mut self.complaints,
        };
        collector.collect();
    }

    fn remember(&mut self, event: Arc<Inside>) {
        let bytes = self.history.push(event);
        self.room.take(bytes);
    }

    /// Fails if the conversation would become too large with this input.
    fn find_room(&mut self, incoming: usize) -> Result<(), RuntimeError> {
        let most = self.shared.sizes.conversation;
        if self.room.is_due(incoming, most) {
            let mut held = self.weigh(most);
            if held.saturating_add(incoming) > most {
                self.shared.machine.clean_up(Arc::make_mut(&mut self.state));
                held = self.weigh(most);
            }
            self.room.weighed(held);
        }
        self.room.check(incoming, most)
    }

    /// The size of the conversation as saved, without its history; counted up to a limit.
    fn weigh(&self, most: usize) -> usize {
        let mut counter = Counter::up_to(most);
        let calls: Vec<_> = self.calls.iter().map(SavedCall::new).collect();
        let _counted = counter.count(&*self.state)
            && counter.count(&self.queue)
            && counter.count(&self.held)
            && counter.count(&self.unanswered)
            && counter.count(&self.outputs)
            && counter.count(&calls);
        counter.bytes
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
