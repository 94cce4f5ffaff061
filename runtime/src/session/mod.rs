//! One conversation: what it remembers, its running actions, and what is to be told of them.

mod calls;
mod collecting;
mod converse;
mod cycle;
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
    /// What flows remember. Shared with actions that ask for it; copied where it changes while one of them still has it.
    state: Arc<State>,
    /// For the events that the session makes itself.
    uids: UidSource,
    /// What is to be run; empty between calls, unless one has reached its limit.
    queue: Queue,
    /// The actions that run here.
    calls: Calls,
    /// What waits for the output rails.
    held: Held,
    /// Actions that failed, after which the bot has said nothing.
    unanswered: Unanswered,
    /// What goes out and has not been handed out.
    outputs: VecDeque<Event>,
    /// What is wrong with flows that were added, to be told to the flows.
    complaints: Vec<String>,
    /// What went wrong in flows and was not taken.
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
            uids,
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
        self.options = Arc::new(options);
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
        let options = Arc::clone(&self.options);
        self.take_in(events, &options).await?;
        Ok(self.take_outputs())
    }

    /// Processes events. What goes out is kept in `outputs`.
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

    /// Lets events in, if all of them may come in and there is room for them.
    fn admit(&mut self, events: Vec<Event>) -> Result<Vec<Input>, RuntimeError> {
        let bytes = room::measure(&events, self.shared.sizes.event)?;
        let inputs = events.iter().map(|event| self.shared.border.admit(event));
        let inputs = inputs.filter_map(Result::transpose);
        let inputs = inputs.collect::<Result<_, _>>()?;
        drop(events);
        self.find_room(bytes)?;
        Ok(inputs)
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

    /// Runs these inputs and all that follows from them; whether it was no more than so many events.
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
        self.flow_errors.take()
    }

    /// The same, without taking it.
    pub(crate) fn flow_errors(&self) -> impl Iterator<Item = &FlowError> {
        self.flow_errors.iter()
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

    /// Lets timers run, and the actions that are to run again after the conversation was resumed.
    fn begin_work(&mut self) {
        let starter = Starter {
            shared: &self.shared,
            identity: &self.identity,
            state: &self.state,
            history: &self.history,
        };
        let work = |start: &_| starter.work(start).map(|(work, _)| work);
        self.calls.begin(work);
    }

    /// Lets actions run on and applies what they set.
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

    /// Refuses to go on if the conversation would hold too much with what comes in.
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

    /// The bytes of the conversation without its history, as it would be saved; counted up to a limit.
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
