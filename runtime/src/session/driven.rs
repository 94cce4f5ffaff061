//! A session that someone else drives: it hands out actions and timers as data, and takes their ends as data.
//!
//! Nothing here waits, reads a clock or runs an action. The same inputs at the same times give the same outputs, so a
//! conversation can be restored from a snapshot and the inputs since then.

use std::sync::Arc;

use action_sdk::contain::Contained;
use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart};
use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use umim::{Event, Timestamp};

use super::calls::{Call, Ended, Place, timer};
use super::cycle::{Cycle, Progress};
use super::queue::Input;
use super::saved::Saved;
use super::saving::unknown_end;
use super::starting::Starter;
use super::{Session, room};
use crate::error::{RuntimeError, RuntimeErrorKind};

/// A conversation whose actions and timers are performed by someone else, made by [`Session::driven`]: a store that
/// journals every end, a distributed engine, a simulation.
///
/// Events, ends of actions and timers that have fired are its inputs, each with its time. The [`Effects`] of an input
/// are data. It is deterministic: the same inputs at the same times have the same effects.
///
/// ```
/// use action_sdk::Event;
/// use action_sdk_runtime::{Runtime, parse_config};
/// use umim::Timestamp;
///
/// let flows = r#"
/// import timing
///
/// flow main
///   wait 5
///   send Rang()
///   match Never()
/// "#;
/// let runtime = Runtime::builder(parse_config("", [("main.co", flows)])?).perform_timers().build()?;
/// let mut session = runtime.session().driven();
/// session.process(&[], Timestamp::from_micros(0))?;
/// let effects = session.take_effects();
/// let timer = &effects.timers[0];
/// assert_eq!(timer.due, Timestamp::from_micros(5_000_000));
///
/// session.fire_timer(&timer.action_uid, timer.due)?;
/// let events = session.take_effects().outputs;
/// assert_eq!(events[0].name(), "Rang");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DrivenSession {
    session: Session,
    /// The actions and timers that were handed out and are still open.
    handed_out: Vec<HandedOut>,
}

struct HandedOut {
    action_uid: String,
    is_timer: bool,
}

/// What a driver has to do after an input.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Effects {
    /// Events to send, in order.
    pub outputs: Vec<Event>,
    /// Actions to perform.
    pub actions: Vec<OpenAction>,
    /// Timers to set.
    pub timers: Vec<OpenTimer>,
    /// The uids of actions and timers that were handed out earlier and are not needed any more: they were stopped.
    pub stopped: Vec<String>,
}

/// An action that was started and has not ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OpenAction {
    /// The event that starts it, with its `action_uid`, name and arguments.
    pub start: Event,
    /// Its `action_uid`.
    pub action_uid: String,
    /// Whether its author declared it `read_only` or `idempotent`, so that it may be performed again when nobody
    /// knows whether it ended.
    pub may_run_again: bool,
}

/// A timer that was started and has not fired.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenTimer {
    /// The `action_uid` of its start.
    pub action_uid: String,
    /// When it began.
    pub began: Timestamp,
    /// When it fires.
    pub due: Timestamp,
}

/// The end of an action, as data: it can be written to a journal, and given to the session later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ActionEnd {
    action_uid: String,
    ended: Ended,
}

impl ActionEnd {
    /// The end of an action that someone else has performed.
    ///
    /// # Errors
    ///
    /// If `start` is not an event that starts an action.
    pub fn new(
        start: &Event,
        outcome: Result<ActionResult, ActionError>,
    ) -> Result<Self, RuntimeError> {
        match ActionStart::try_from(start.clone()) {
            Ok(start) => Ok(Self::of(&start, outcome)),
            Err(error) => Err(RuntimeError::new(
                RuntimeErrorKind::Event,
                error.to_string(),
            )),
        }
    }

    fn of(start: &ActionStart, outcome: Result<ActionResult, ActionError>) -> Self {
        Self {
            action_uid: start.action_uid().to_owned(),
            ended: Ended::with(start, outcome),
        }
    }

    /// The action that has ended.
    #[must_use]
    pub fn action_uid(&self) -> &str {
        &self.action_uid
    }

    /// Its `…ActionFinished` event, as flows will get it.
    #[must_use]
    pub fn finished(&self) -> &Event {
        &self.ended.finished
    }

    /// Whether the action has failed, other than by being stopped.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.ended.has_failed
    }
}

impl Session {
    /// Hands the actions and timers of this conversation to someone else. For a conversation that has not started
    /// yet; a saved one is resumed with [`resume_driven`](crate::Runtime::resume_driven).
    #[must_use]
    pub fn driven(mut self) -> DrivenSession {
        self.is_driven = true;
        DrivenSession {
            session: self,
            handed_out: Vec::new(),
        }
    }
}

impl DrivenSession {
    /// Checks whether events may come in, without processing them: their form, who may send them, and their size.
    ///
    /// # Errors
    ///
    /// See [`Session::process_events`].
    pub fn check(&mut self, events: &[Event]) -> Result<(), RuntimeError> {
        let bytes = room::measure(events, self.session.shared.sizes.event)?;
        for event in events {
            self.session.shared.border.admit(event)?;
        }
        self.session.find_room(bytes)
    }

    /// Processes events; starts `main` if it waits. Events that [`check`](Self::check) refuses are left out, with a
    /// trace.
    ///
    /// While [`is_waiting`](Self::is_waiting), the flows get the events at once, although an action is running that
    /// they would otherwise wait for.
    ///
    /// # Errors
    ///
    /// [`RuntimeErrorKind::TooManyEvents`](crate::RuntimeErrorKind::TooManyEvents): the rest is queued, and the next
    /// input continues.
    pub fn process(&mut self, events: &[Event], now: Timestamp) -> Result<(), RuntimeError> {
        let admit = |event: &Event| match self.session.shared.border.admit(event) {
            Ok(input) => input,
            Err(error) => {
                tracing::warn!(event = event.name(), %error, "an event is left out");
                None
            }
        };
        let inputs: Vec<_> = events.iter().filter_map(admit).collect();
        self.run(Some(inputs), now)
    }

    /// Takes the end of an action. An end of an action that is not open, because it was stopped or has ended before,
    /// is ignored; returns whether it was open.
    ///
    /// # Errors
    ///
    /// See [`process`](Self::process).
    pub fn end_action(&mut self, end: ActionEnd, now: Timestamp) -> Result<bool, RuntimeError> {
        let waits = self.is_waiting();
        let running = self.session.calls.running_mut(&end.action_uid);
        let Some(call) = running.filter(|call| !call.is_timer()) else {
            return Ok(false);
        };
        call.end_with(end.ended);
        self.run((!waits).then(Vec::new), now).map(|()| true)
    }

    /// Tells that a timer has fired. One that is not set any more is ignored; returns whether it was set.
    ///
    /// # Errors
    ///
    /// See [`process`](Self::process).
    pub fn fire_timer(&mut self, action_uid: &str, now: Timestamp) -> Result<bool, RuntimeError> {
        let waits = self.is_waiting();
        let running = self.session.calls.running_mut(action_uid);
        let Some(call) = running.filter(|call| call.is_timer()) else {
            return Ok(false);
        };
        let ended = Ended::timer(call.start());
        call.end_with(ended);
        self.run((!waits).then(Vec::new), now).map(|()| true)
    }

    /// Runs a new cycle with these inputs, or continues the one that waits.
    fn run(&mut self, inputs: Option<Vec<Input>>, now: Timestamp) -> Result<(), RuntimeError> {
        let session = &mut self.session;
        session.stamps.time = Some(now);
        let span = session.identity.span().entered();
        let options = Arc::clone(&session.options);
        let mut left = session.shared.max_events;
        let mut cycle = match inputs {
            Some(inputs) => Cycle::begin(session, &options, &mut left, inputs),
            None => Cycle::go_on(session, &options, &mut left),
        };
        let progress = cycle.advance();
        match progress {
            Progress::Waits => cycle.pause(),
            Progress::Done | Progress::Full => cycle.end(),
        }
        drop(span);
        match progress {
            Progress::Waits | Progress::Done => Ok(()),
            Progress::Full => Err(self.session.too_many()),
        }
    }

    /// What has to be done since the last call. After a conversation was resumed, everything that is open.
    pub fn take_effects(&mut self) -> Effects {
        let mut effects = Effects {
            outputs: self.session.take_outputs(),
            ..Effects::default()
        };
        self.take_back(&mut effects);
        for call in self.session.calls.iter().filter(|call| !call.has_ended()) {
            let action_uid = call.start().action_uid();
            if self
                .handed_out
                .iter()
                .any(|out| out.action_uid == action_uid)
            {
                continue;
            }
            self.handed_out.push(HandedOut {
                action_uid: action_uid.to_owned(),
                is_timer: call.is_timer(),
            });
            match call.is_timer() {
                true => effects.timers.extend(open_timer(call)),
                false => effects.actions.push(self.open_action(call)),
            }
        }
        effects
    }

    /// Makes the next [`take_effects`](Self::take_effects) hand out everything that is open, for a driver that has lost
    /// what it was doing.
    pub fn hand_out_again(&mut self) {
        self.handed_out.clear();
    }

    /// Finds what was handed out and is no longer open.
    fn take_back(&mut self, effects: &mut Effects) {
        let calls = &self.session.calls;
        self.handed_out.retain(|out| {
            let is_open = calls.iter().any(|call| {
                !call.has_ended()
                    && call.start().action_uid() == out.action_uid
                    && call.is_timer() == out.is_timer
            });
            if !is_open {
                effects.stopped.push(out.action_uid.clone());
            }
            is_open
        });
    }

    fn open_action(&self, call: &Call) -> OpenAction {
        OpenAction {
            start: call.start().event().clone(),
            action_uid: call.start().action_uid().to_owned(),
            may_run_again: self.session.shared.may_run_again(call.start()),
        }
    }

    fn open_call(&self, action_uid: &str) -> Option<&Call> {
        let mut calls = self.session.calls.iter().filter(|call| !call.has_ended());
        calls.find(|call| call.start().action_uid() == action_uid)
    }

    /// When the next timer fires.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        let calls = self.session.calls.iter();
        let timers = calls.filter(|call| !call.has_ended() && call.is_timer());
        timers.filter_map(|call| timer::due(call.start())).min()
    }

    /// The future that performs an open action in this process, in the scope of this conversation; it is cancelled
    /// when it is dropped. If there is no such action here, its end says so. `None` if no such action is open.
    #[must_use]
    pub fn perform(&self, action_uid: &str) -> Option<BoxFuture<'static, ActionEnd>> {
        let call = self.open_call(action_uid).filter(|call| !call.is_timer())?;
        let start = call.start().clone();
        let session = &self.session;
        let starter = Starter {
            shared: &session.shared,
            identity: &session.identity,
            state: &session.state,
            history: &session.history,
            is_driven: true,
        };
        let outcome = Contained::new(starter.future(&start, Place::Background));
        Some(Box::pin(
            async move { ActionEnd::of(&start, outcome.await) },
        ))
    }

    /// The end of an open action whose process ended, for one that must not be performed again: nobody knows how far
    /// it came. `None` if no such action is open.
    #[must_use]
    pub fn interrupted(&self, action_uid: &str) -> Option<ActionEnd> {
        let call = self.open_call(action_uid).filter(|call| !call.is_timer())?;
        Some(ActionEnd::of(call.start(), Err(unknown_end())))
    }

    /// The same, for an action that was performed again too often, and ended its process each time.
    #[must_use]
    pub fn given_up(&self, action_uid: &str, attempts: u32) -> Option<ActionEnd> {
        let call = self.open_call(action_uid).filter(|call| !call.is_timer())?;
        let message = format!("its process ended while it ran, {attempts} times");
        let error = ActionError::new(ActionErrorKind::Failed, message);
        Some(ActionEnd::of(call.start(), Err(error)))
    }

    /// Whether the flows wait for an action without `execute_async`: a host then keeps further events until it has
    /// ended.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.session.calls.any_in_foreground()
    }

    /// Saves the conversation. Open actions and timers are part of it.
    ///
    /// # Errors
    ///
    /// If a variable contains a value that cannot be serialized.
    pub fn snapshot(&mut self) -> Result<Saved, RuntimeError> {
        self.session.snapshot()
    }

    /// The session, to read from.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session, to change its id, its options or what its actions read. To process events with it is a mistake:
    /// it would wait for actions that nobody performs.
    pub fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}

fn open_timer(call: &Call) -> Option<OpenTimer> {
    Some(OpenTimer {
        action_uid: call.start().action_uid().to_owned(),
        began: call.start().event().created_at()?,
        due: timer::due(call.start())?,
    })
}

impl std::fmt::Debug for DrivenSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DrivenSession")
            .field("session", &self.session)
            .field("handed_out", &self.handed_out.len())
            .finish_non_exhaustive()
    }
}
