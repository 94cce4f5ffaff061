//! The processing cycle: feeds events to the machine, has local actions run, feeds back what comes of them.
//!
//! Here nothing waits: [`Session::advance`] goes on until everything is done or only an action can tell what is next.
//! The order of everything is that of `process_events` of nemoguardrails 0.24.1.

use std::collections::VecDeque;
use std::sync::Arc;

use action_sdk::contain::Contained;
use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart};
use colang::machine::StartRequest;
use colang::state::Output;
use colang::value::Event as Inside;
use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use umim::{ActionEventKind, Event};

use super::calls::{self, Call, Outcome, Over, Work};
use super::flow_error::FlowError;
use super::room::TRACES;
use super::timer;
use super::{MOST_FLOW_ERRORS, Session};
use crate::analysis;
use crate::border;
use crate::error::RuntimeError;
use crate::intrinsic::Intrinsic;
use crate::logged::Logged;
use crate::shared::Shared;
use crate::size;

/// Who the reference says that events come from which the cycle makes itself.
const SOURCE_UID: &str = "NeMoGuardrails";

/// The `type` of a `ColangError` that the cycle makes itself.
const RUNTIME_ERROR: &str = "ColangRuntimeError";

/// What is to be run.
#[derive(Serialize, Deserialize)]
pub(crate) enum Input {
    /// The start of `main`, of a flow with `@active`, or of one that the session itself wants.
    Start(StartRequest),
    /// An event from outside, or one that a flow has sent.
    Event(Arc<Inside>),
    /// What has become of an action that is performed here.
    Performed(Arc<Inside>),
}

impl Input {
    /// An event as flows see it.
    pub(crate) fn read(event: &Event) -> Result<Self, RuntimeError> {
        match Inside::try_from(event) {
            Ok(inside) => Ok(Self::Event(Arc::new(inside))),
            Err(error) => Err(RuntimeError::value(event.name(), error)),
        }
    }

    /// The event, as it was told to the flows.
    pub(crate) fn event(&self) -> &Inside {
        match self {
            Self::Start(start) => start.event(),
            Self::Event(event) | Self::Performed(event) => event,
        }
    }
}

/// What is to be run, in its order. It outlives a call that has reached its limit.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Queue {
    /// The rest of this round.
    now: VecDeque<Input>,
    /// What this round has set off.
    next: VecDeque<Input>,
}

/// How many events may be queued for each that one call may process. One event may set off thousands, and what they set
/// off in turn must not fill the memory before the call ends.
const MOST_QUEUED: usize = 20;

impl Shared {
    fn most_queued(&self) -> usize {
        self.max_events.saturating_mul(MOST_QUEUED)
    }
}

impl Queue {
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.next.is_empty()
    }

    fn len(&self) -> usize {
        self.now.len() + self.next.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Input> {
        self.now.iter().chain(&self.next)
    }

    /// Puts something behind all that is there.
    fn add(&mut self, inputs: impl IntoIterator<Item = Input>) {
        self.next.extend(inputs);
    }

    /// Whether anything is left for this round, which is the next one if the last is over.
    fn has_round(&mut self) -> bool {
        if self.now.is_empty() {
            std::mem::swap(&mut self.now, &mut self.next);
        }
        !self.now.is_empty()
    }
}

/// An event that a flow has sent, as flows see it and as it goes out.
enum Sent {
    /// It goes out.
    Free(Inside, Event),
    /// It goes out when the output rails let it pass.
    Unchecked(Event),
}

/// One call of `process_events`, or a part of one of `next_event`.
pub(crate) struct Cycle {
    counter_wanted: bool,
}

/// How far a cycle has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Everything is done.
    Done,
    /// It goes on when one of the actions in the foreground is over.
    Waits,
    /// So many events were processed that the call ends; the rest stays in the queue.
    Full,
}

impl Session {
    /// What runs first: what an earlier call has left, `main` if it waits, then the events, then the ends of actions in
    /// the background.
    pub(crate) fn begin(&mut self, events: Vec<Input>) -> Cycle {
        self.begin_work();
        if self.queue.is_empty() {
            self.add_starts(events);
            self.collect();
            self.add_ends(true);
        } else if !events.is_empty() {
            // Whoever says something meanwhile does not wait for a rest that may never come.
            self.add_starts(events);
            self.collect();
            self.add_ends(true);
            self.add_ends(false);
        }
        Cycle {
            counter_wanted: false,
        }
    }

    /// Lets timers run, and the actions that are to run again after the conversation was resumed.
    pub(crate) fn begin_work(&mut self) {
        self.calls.begin_timers();
        let mut calls = std::mem::take(&mut self.calls);
        for call in calls.resumed() {
            if let Some((work, _)) = self.work(call.start()) {
                call.work_with(work);
            }
        }
        self.calls = calls;
    }

    /// Runs at most `left` events, and takes them off.
    pub(crate) fn advance(&mut self, cycle: &mut Cycle, left: &mut usize) -> Progress {
        loop {
            if !self.queue.has_round() {
                self.collect();
                self.add_ends(true);
                self.add_ends(false);
            }
            if !self.queue.has_round() {
                if self.calls.any_in_foreground() {
                    return Progress::Waits;
                }
                if self.answer_failures() {
                    continue;
                }
                return Progress::Done;
            }
            if *left == 0 {
                return Progress::Full;
            }
            *left -= 1;
            if let Some(input) = self.queue.now.pop_front() {
                self.step(input, cycle);
            }
            if self.queue.len() > self.shared.most_queued() {
                *left = 0;
            }
        }
    }

    /// Runs one event, and sends what comes of it.
    fn step(&mut self, input: Input, cycle: &mut Cycle) {
        if matches!(&input, Input::Event(event) if &*event.name == "CheckLocalAsync") {
            cycle.counter_wanted = true;
            return;
        }
        self.room.take(TRACES);
        self.release();
        self.run(input);
        self.collect();
        for sent in self.take_events() {
            match sent {
                Sent::Free(event, outside) => self.send_out(event, outside),
                Sent::Unchecked(outside) => {
                    let check = self.hold(outside);
                    self.queue.now.push_back(check);
                }
            }
        }
        self.release();
    }

    /// Sends an event where it belongs; flows hear of it too.
    pub(crate) fn send_out(&mut self, event: Inside, outside: Event) {
        let event = Arc::new(event);
        self.remember(Arc::clone(&event));
        self.unanswered.see(&outside);
        let end = self.send(outside);
        self.queue.now.extend(end);
        self.queue.next.push_back(Input::Event(event));
    }

    /// Puts something behind the rest of this round.
    pub(crate) fn queue_now(&mut self, input: Option<Input>) {
        self.queue.now.extend(input);
    }

    fn remember(&mut self, event: Arc<Inside>) {
        let bytes = self.history.push(event);
        self.room.take(bytes);
    }

    fn add_starts(&mut self, events: Vec<Input>) {
        let state = Arc::make_mut(&mut self.state);
        let starts = self.shared.machine.start_requests(state);
        self.queue.add(starts.into_iter().map(Input::Start));
        self.queue.add(events);
    }

    fn add_ends(&mut self, in_background: bool) {
        let ends = self.ends(in_background);
        self.queue.add(ends);
    }

    /// What a call of `process_events` gives back.
    pub(crate) fn end(&mut self, cycle: &Cycle) {
        if self.queue.is_empty() {
            self.give_up_unchecked();
        }
        self.calls.advance();
        if cycle.counter_wanted {
            let counter =
                Event::new("LocalAsyncCounter").with("counter", self.calls.in_background());
            let counter = self.stamped(counter);
            self.outputs.push_back(counter);
        }
        self.history.cut();
    }

    fn run(&mut self, input: Input) {
        let now = (self.shared.clock)();
        match input {
            Input::Start(start) => {
                self.remember(Arc::new(start.event().clone()));
                let state = Arc::make_mut(&mut self.state);
                self.shared.machine.run_start(state, start, now);
            }
            Input::Event(event) => {
                tracing::debug!(event = &*event.name, "event");
                self.remember(Arc::clone(&event));
                let event = Arc::unwrap_or_clone(event);
                let state = Arc::make_mut(&mut self.state);
                self.shared.machine.run_to_completion(state, event, now);
            }
            Input::Performed(event) => {
                tracing::debug!(event = &*event.name, "event");
                self.remember(Arc::clone(&event));
                let event = Arc::unwrap_or_clone(event);
                let state = Arc::make_mut(&mut self.state);
                self.shared.machine.run_performed(state, event, now);
            }
        }
    }

    fn take_events(&mut self) -> Vec<Sent> {
        let state = Arc::make_mut(&mut self.state);
        let mut events = Vec::new();
        for output in self.shared.machine.take_outputs(state) {
            match output {
                Output::Event(event, outside) => events.push(Sent::Free(event, outside)),
                Output::Unchecked(_, outside) => events.push(Sent::Unchecked(outside)),
                Output::History(event) => self.remember(Arc::new(event)),
                Output::Error {
                    kind,
                    message,
                    place,
                } => self.tell(FlowError::new(&kind, &message, place)),
                Output::Print(value) => self.shared.log(Logged::Print(value)),
                Output::Log { flow, value } => self.shared.log(Logged::Log { flow, value }),
            }
        }
        events
    }

    /// Sends an event where it belongs. An instant action gives its end back.
    fn send(&mut self, event: Event) -> Option<Input> {
        let kind = event.action_event().map(|name| name.kind());
        if self.shared.performs_timers && event.name() == timer::STOP {
            self.calls.remove(event.action_uid().unwrap_or_default());
            return None;
        }
        if kind == Some(ActionEventKind::Stop) && self.stop(&event) && !self.shared.tells_stops {
            return None;
        }
        if kind != Some(ActionEventKind::Start) {
            self.outputs.push_back(event);
            return None;
        }
        match ActionStart::try_from(event) {
            Ok(start) => self.start(start),
            Err(error) => {
                self.outputs.push_back(error.into_event());
                None
            }
        }
    }

    /// Stops an action that runs here; whether its like does.
    fn stop(&mut self, event: &Event) -> bool {
        let Some(name) = event.action_event() else {
            return false;
        };
        let action_uid = event.action_uid().unwrap_or_default();
        let ran_here = self.calls.cancel(name.action(), action_uid);
        ran_here || self.shared.performs_action(name.action())
    }

    fn start(&mut self, start: ActionStart) -> Option<Input> {
        if self.options.instant_actions.contains(start.action_name()) {
            return self.finish_instantly(&start);
        }
        if self.shared.performs(&start) {
            return self.start_timer(start);
        }
        match self.work(&start) {
            Some((work, in_background)) => {
                let in_background = in_background && !self.options.blocking;
                self.calls.push(Call::new(start, in_background, work));
            }
            None => self.outputs.push_back(start.into()),
        }
        None
    }

    fn start_timer(&mut self, start: ActionStart) -> Option<Input> {
        let started = timer::started(&start);
        let call = Call::timer(start, |_, duration| duration);
        let runs = call.result().is_none();
        self.calls.push(call);
        self.calls.begin_timers();
        let started = self.stamped(started);
        border::made_here(&started).ok().filter(|_| runs)
    }

    fn finish_instantly(&mut self, start: &ActionStart) -> Option<Input> {
        let mut finished = start.finished(Ok(ActionResult::default()));
        if start.action_name() == "UtteranceBotAction" {
            let script = start.event().value("script").cloned().unwrap_or_default();
            finished = finished.with("final_script", script);
        }
        let finished = self.stamped(finished);
        let input = border::made_here(&finished).ok();
        self.outputs.push_back(finished);
        input
    }

    /// Who works on an action that runs here, and whether nobody waits for it; nothing if the caller performs it.
    pub(crate) fn work(&self, start: &ActionStart) -> Option<(Work, bool)> {
        let shared = &self.shared;
        let Some(action) = shared.dispatcher.action(start.action_name()) else {
            let mut intrinsics = shared.intrinsics.iter();
            let own = intrinsics.find(|own| own.action() == start.action_name())?;
            return Some((Work::Engine(*own), false));
        };
        let in_background = action.execute_async() && !shared.disable_async_execution;
        let invocation = action_sdk::Invocation::new()
            .args(start.arguments())
            .scope(self.scope(action, start));
        let (dispatcher, name) = (shared.dispatcher.clone(), start.action_name().to_owned());
        let work = async move { dispatcher.call(&name, invocation).await };
        let work: BoxFuture<'static, Outcome> = match in_background {
            true => Box::pin(work.instrument(self.span_alone())),
            false => Box::pin(work),
        };
        Some((Work::Here(Contained::new(work)), in_background))
    }

    /// Lets actions run on and applies what they set.
    pub(crate) fn collect(&mut self) {
        while let Some((call, intrinsic)) = self.calls.for_engine() {
            if intrinsic == Intrinsic::ReleaseUtterance {
                let outcome = self.held.judge(&call.start().arguments());
                call.end(outcome);
                continue;
            }
            let (arguments, state) = (call.start().arguments(), Arc::make_mut(&mut self.state));
            let performed = intrinsic.perform(&arguments, &self.shared.machine, state);
            call.end(performed.outcome);
            if let Some(added) = performed.added {
                let uses = analysis::uses_in(&added.module, &added.flows);
                self.complaints
                    .extend(self.shared.providers().problems(&uses));
            }
        }
        self.calls.advance();
        for (name, value) in self.calls.take_context_updates() {
            if self.shared.variables.is_own(&name) {
                tracing::warn!(
                    name,
                    "a context update is left out: the variable belongs to the library's flows"
                );
                continue;
            }
            match colang::value::Value::from_json(&value) {
                Ok(value) => Arc::make_mut(&mut self.state).set_global(name, value),
                Err(error) => tracing::warn!(name, %error, "a context update is left out"),
            }
        }
    }

    /// What is to be told of the actions that are over, of one of the two kinds.
    fn ends(&mut self, in_background: bool) -> Vec<Input> {
        let mut inputs = Vec::new();
        for complaint in std::mem::take(&mut self.complaints) {
            self.tell(FlowError::new(RUNTIME_ERROR, &complaint, None));
            let inside = Inside::new("ColangError")
                .with("type", RUNTIME_ERROR)
                .with("error", complaint.as_str());
            inputs.push(Input::Event(Arc::new(inside)));
        }
        for (start, over) in self.calls.take_over(in_background) {
            self.report(&start, over, &mut inputs);
        }
        inputs
    }

    fn report(&mut self, start: &ActionStart, over: Over, inputs: &mut Vec<Input>) {
        let mut over = self.bounded(start, over);
        for utterance in std::mem::take(&mut over.utterances) {
            inputs.extend(self.say(utterance));
        }
        let finished = self.stamped(over.finished.clone());
        let input = border::made_here(&finished).or_else(|error| {
            let outcome = ActionError::new(ActionErrorKind::Output, error.to_string());
            let finished = start.finished(Err(outcome.with_action(start.action_name())));
            border::made_here(&self.stamped(finished))
        });
        if over.has_failed {
            self.unanswered.note(start, &over.finished);
        }
        let news = self.news_of_failure(start, &over);
        inputs.extend(input);
        inputs.extend(news);
    }

    /// An end that is larger than an event may be is none.
    fn bounded(&self, start: &ActionStart, over: Over) -> Over {
        let (bytes, most) = (size::of_json(&over.finished), self.shared.sizes.event);
        if bytes <= most {
            return over;
        }
        let message = format!(
            "its result has about {bytes} bytes, and {most} are allowed; return less, or raise `max_event_bytes`"
        );
        calls::failed(start, ActionError::new(ActionErrorKind::Output, message))
    }

    /// What flows are told of an action that failed beside its end, if one of them wants to know.
    fn news_of_failure(&self, start: &ActionStart, over: &Over) -> Option<Input> {
        let reason = over.finished.value("failure_reason");
        let reason = reason
            .and_then(|reason| reason.as_str())
            .unwrap_or_default();
        let machine = &self.shared.machine;
        let news = || machine.news_of_failed_action(&self.state, start.action_uid(), reason);
        let news = over.has_failed.then(news).flatten()?;
        Some(Input::Event(Arc::new(news)))
    }

    /// Traces what went wrong in a flow, and keeps it for the host.
    fn tell(&mut self, error: FlowError) {
        error.trace();
        if self.flow_errors.len() == MOST_FLOW_ERRORS {
            self.flow_errors.pop_front();
        }
        self.flow_errors.push_back(error);
    }

    pub(crate) fn stamped(&mut self, event: Event) -> Event {
        event.stamped(&mut self.uids, (self.shared.clock)(), SOURCE_UID)
    }
}

impl Shared {
    fn log(&self, logged: Logged) {
        match &self.log {
            Some(log) => log(logged),
            None => tracing::info!("{logged}"),
        }
    }
}
