//! The processing cycle: processes queued inputs, sends the events of flows, and collects the results of actions.
//!
//! Nothing here waits: [`Cycle::advance`] continues until everything is done or it depends on an action. The order is
//! that of `process_events` of nemoguardrails 0.24.1.
//!
//! ```text
//! begin ─► advance ─► step: run an input on the machine ─► send its outputs ──────┐
//!            ▲  │     collect and report the actions that have ended ◄────────────┘
//!            │  ├─► Waits: an action in the foreground runs; `wait`, then go on
//!            └──┘
//!               └─► Done, or Full if so many events were processed that the call has to end ─► end
//! ```

use std::sync::Arc;

use colang::state::Output;
use colang::value::Event as Inside;
use umim::Event;

use super::Session;
use super::calls::Place;
use super::flow_error::FlowError;
use super::held::{Decided, Gate, is_running};
use super::options::ProcessOptions;
use super::queue::Input;
use super::reporting::Reporter;
use super::room::TRACES;
use super::sending::Sender;
use super::starting::Starter;
use super::unanswered;
use crate::logged::Logged;
use crate::rails;

/// The `type` of a `ColangError` that the cycle creates itself.
const RUNTIME_ERROR: &str = "ColangRuntimeError";

/// An event sent by a flow, in its external form.
enum Sent {
    /// It is sent; flows get it in this form.
    Free(Inside, Event),
    /// It is sent when the output rails let it pass.
    Unchecked(Event),
}

/// One call of `process_events`, or a part of one of `next_event`: it borrows the session while it runs.
pub(super) struct Cycle<'s> {
    session: &'s mut Session,
    options: &'s ProcessOptions,
    /// How many more events the call may process.
    left: &'s mut usize,
    /// Whether the host has asked for the number of background actions.
    counter_wanted: bool,
}

/// The state of a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Everything is done.
    Done,
    /// It continues when one of the actions in the foreground has ended.
    Waits,
    /// The maximum number of events was processed; the rest stays in the queue.
    Full,
}

impl<'s> Cycle<'s> {
    /// Queues the inputs in order: the rest of an earlier call, `main` if it waits, the events, and the ends of
    /// background actions.
    pub(super) fn begin(
        session: &'s mut Session,
        options: &'s ProcessOptions,
        left: &'s mut usize,
        events: Vec<Input>,
    ) -> Self {
        session.begin_work();
        let mut cycle = Self::go_on(session, options, left);
        let goes_on = !cycle.session.queue.is_empty();
        if goes_on && events.is_empty() {
            return cycle;
        }
        cycle.add_starts(events);
        cycle.session.collect();
        cycle.add_ends(Place::Background);
        if goes_on {
            // New inputs do not wait for a rest that may never end.
            cycle.add_ends(Place::Foreground);
        }
        cycle
    }

    /// Continues a cycle that was left while it waited.
    pub(super) fn go_on(
        session: &'s mut Session,
        options: &'s ProcessOptions,
        left: &'s mut usize,
    ) -> Self {
        Self {
            session,
            options,
            left,
            counter_wanted: false,
        }
    }

    /// Continues until everything is done, an action has to end first, or the call has reached its limit.
    pub(super) fn advance(&mut self) -> Progress {
        loop {
            if !self.has_round() {
                if self.session.calls.any_in_foreground() {
                    return Progress::Waits;
                }
                if !self.answer_failures() {
                    return Progress::Done;
                }
                continue;
            }
            if *self.left == 0 {
                return Progress::Full;
            }
            *self.left -= 1;
            if let Some(input) = self.session.queue.pop() {
                self.step(input);
            }
            if self.session.queue.is_full(self.session.shared.max_events) {
                *self.left = 0;
            }
        }
    }

    /// Waits until an action in the foreground has ended.
    pub(super) async fn wait(&mut self) {
        self.session.calls.foreground_has_ended().await;
    }

    /// Ends the call: gives up utterances that are no longer being checked, and returns what the host has asked for.
    pub(super) fn end(mut self) {
        if self.session.queue.is_empty() {
            self.gate().give_up_unchecked();
        }
        self.pause();
    }

    /// Leaves the cycle while an action in the foreground runs; [`go_on`](Self::go_on) continues it.
    pub(super) fn pause(mut self) {
        self.session.calls.advance();
        if self.counter_wanted {
            let counter = self.session.calls.count_in_background();
            let counter = Event::new("LocalAsyncCounter").with("counter", counter);
            let counter = self.stamped(counter);
            self.session.outputs.push_back(counter);
        }
        self.session.history.cut();
    }

    /// Whether there is anything left to process, including the results of actions.
    fn has_round(&mut self) -> bool {
        if self.session.queue.has_round() {
            return true;
        }
        self.session.collect();
        self.add_ends(Place::Background);
        self.add_ends(Place::Foreground);
        self.session.queue.has_round()
    }

    /// Processes one input, and sends its outputs.
    fn step(&mut self, input: Input) {
        if matches!(&input, Input::Event(event) if &*event.name == "CheckLocalAsync") {
            self.counter_wanted = true;
            return;
        }
        self.session.room.take(TRACES);
        self.release();
        self.run(input);
        self.session.collect();
        for sent in self.take_sent() {
            match sent {
                Sent::Free(event, outside) => self.send_out(event, outside),
                Sent::Unchecked(outside) => {
                    let check = self.gate().hold(outside);
                    self.session.queue.add_now([check]);
                }
            }
        }
        self.release();
    }

    fn run(&mut self, input: Input) {
        let session = &mut *self.session;
        let now = session.stamps.now(&session.shared.clock);
        let event = match &input {
            Input::Start(start) => Arc::new(start.event().clone()),
            Input::Event(event) | Input::Performed(event) => {
                tracing::debug!(event = &*event.name, "event");
                Arc::clone(event)
            }
        };
        session.remember(event);
        let machine = &session.shared.machine;
        let state = Arc::make_mut(&mut session.state);
        match input {
            Input::Start(start) => machine.run_start(state, start, now),
            Input::Event(event) => {
                machine.run_to_completion(state, Arc::unwrap_or_clone(event), now);
            }
            Input::Performed(event) => {
                machine.run_performed(state, Arc::unwrap_or_clone(event), now);
            }
        }
    }

    /// Takes the outputs of the machine.
    fn take_sent(&mut self) -> Vec<Sent> {
        let state = Arc::make_mut(&mut self.session.state);
        let mut sent = Vec::new();
        for output in self.session.shared.machine.take_outputs(state) {
            match output {
                Output::Event(event, outside) => sent.push(Sent::Free(event, outside)),
                Output::Unchecked(_, outside) => sent.push(Sent::Unchecked(outside)),
                Output::History(event) => self.session.remember(Arc::new(event)),
                Output::Error {
                    kind,
                    message,
                    place,
                } => {
                    let error = FlowError::new(&kind, &message, place);
                    self.session.flow_errors.tell(error);
                }
                Output::Print(value) => self.session.shared.log(Logged::Print(value)),
                Output::Log { flow, value } => {
                    self.session.shared.log(Logged::Log { flow, value });
                }
            }
        }
        sent
    }

    /// Sends an event to its destination; flows get it in the next round.
    fn send_out(&mut self, event: Inside, outside: Event) {
        let event = Arc::new(event);
        self.session.remember(Arc::clone(&event));
        self.session.unanswered.see(&outside);
        let told = self.sender().send(outside);
        self.session.queue.add_now(told);
        self.session.queue.add_next([Input::Event(event)]);
    }

    /// Sends or drops the utterances that the output rails have decided about.
    fn release(&mut self) {
        while let Some(decided) = self.gate().next_decided() {
            match decided {
                Decided::Passed(event, outside) => self.send_out(event, outside),
                Decided::Blocked(end) => self.session.queue.add_now(end),
            }
        }
    }

    /// Queues the starts of waiting flows, followed by these events. Each start is an input of its own, as in the
    /// reference: it runs on the machine, in order, so there is nothing to wait for. The actions that flows start are
    /// what runs concurrently.
    fn add_starts(&mut self, events: Vec<Input>) {
        let session = &mut *self.session;
        let state = Arc::make_mut(&mut session.state);
        let starts = session.shared.machine.start_requests(state);
        session
            .queue
            .add_next(starts.into_iter().map(Input::Start).chain(events));
    }

    /// Queues the reports on actions that have ended at this place, and on added flows.
    fn add_ends(&mut self, place: Place) {
        for complaint in std::mem::take(&mut self.session.complaints) {
            let error = FlowError::new(RUNTIME_ERROR, &complaint, None);
            self.session.flow_errors.tell(error);
            let told = Inside::new("ColangError")
                .with("type", RUNTIME_ERROR)
                .with("error", complaint.as_str());
            self.session.queue.add_next([Input::Event(Arc::new(told))]);
        }
        for (start, ended) in self.session.calls.take_ended(place) {
            let inputs = self.reporter().report(&start, ended);
            self.session.queue.add_next(inputs);
        }
    }

    /// Says a sentence if actions have failed and the bot has said nothing since, when nothing else is left to do;
    /// returns whether it did.
    ///
    /// The sentence bypasses the output rails: it comes from the author, and the model of the rails may be the one
    /// that is down.
    fn answer_failures(&mut self) -> bool {
        let session = &mut *self.session;
        // A message that is being checked may be the answer.
        if session.unanswered.is_empty() || is_running(&session.state, rails::OUTPUT.runs) {
            return false;
        }
        let failures = session.unanswered.take();
        let configured = session.shared.rails.on_failure.as_deref();
        let Some(said) = unanswered::apology(configured, session.state.program()) else {
            return false;
        };
        for failure in failures {
            let failure = self.stamped(failure);
            self.session.outputs.push_back(failure);
        }
        let said = self.stamped(said);
        if let Ok(inside) = Inside::try_from(&said) {
            self.send_out(inside, said);
        }
        true
    }

    fn stamped(&mut self, event: Event) -> Event {
        self.session.shared.stamped(event, &mut self.session.stamps)
    }

    fn sender(&mut self) -> Sender<'_> {
        let session = &mut *self.session;
        Sender {
            shared: &session.shared,
            options: self.options,
            starter: Starter {
                shared: &session.shared,
                identity: &session.identity,
                state: &session.state,
                history: &session.history,
                is_driven: session.is_driven,
            },
            calls: &mut session.calls,
            outputs: &mut session.outputs,
            stamps: &mut session.stamps,
        }
    }

    fn gate(&mut self) -> Gate<'_> {
        Gate {
            shared: &self.session.shared,
            state: &mut self.session.state,
            stamps: &mut self.session.stamps,
            held: &mut self.session.held,
        }
    }

    fn reporter(&mut self) -> Reporter<'_> {
        let session = &mut *self.session;
        Reporter {
            gate: Gate {
                shared: &session.shared,
                state: &mut session.state,
                stamps: &mut session.stamps,
                held: &mut session.held,
            },
            unanswered: &mut session.unanswered,
        }
    }
}
