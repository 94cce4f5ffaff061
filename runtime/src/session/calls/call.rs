//! One call: a local action from its start until its end is reported to the flows.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use action_sdk::contain::{Contained, reason};
use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use super::ended::{Ended, Outcome, trace_failure};
use super::timer::{self, Timer};
use crate::intrinsic::Intrinsic;

/// One call.
pub(crate) struct Call {
    start: ActionStart,
    place: Place,
    work: Work,
}

/// Whether the cycle waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `process_events` only returns after it has ended.
    Foreground,
    /// It may continue after `process_events` has returned: an action with `execute_async`, or a timer.
    Background,
}

/// What performs a call.
pub(crate) enum Work {
    /// The session itself, when it next polls its calls: ordinary actions can neither read nor change the engine.
    Engine(Intrinsic),
    /// A future. It makes progress only while the session is awaited.
    Future(Contained<'static, ActionResult>),
    /// A tokio task, which makes progress by itself: a future in the background becomes one when it has to wait.
    Task(Task),
    /// A timer.
    Timer(Timer),
    /// Whoever drives the session, who will tell its end.
    Elsewhere,
    /// Nothing: it was running when the conversation was saved, and is started again when the session is used next.
    Interrupted,
    /// It has ended, and is to be reported.
    Ended(Box<Ended>),
}

/// A task that is aborted when its handle is dropped.
pub(crate) struct Task(JoinHandle<Outcome>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Call {
    pub(crate) fn new(start: ActionStart, place: Place, work: Work) -> Self {
        Self { start, place, work }
    }

    /// A timer with this part of its duration left; one with an invalid duration has ended at once.
    pub(crate) fn timer(
        start: ActionStart,
        part: impl FnOnce(&ActionStart, Duration) -> Duration,
    ) -> Self {
        let work = match timer::duration(&start) {
            Ok(duration) => Work::Timer(Timer::Waiting(part(&start, duration))),
            Err(error) => Work::Ended(Box::new(Ended::failed(&start, error))),
        };
        Self::new(start, Place::Background, work)
    }

    /// A timer that someone else watches; one with an invalid duration has ended at once.
    pub(crate) fn timer_elsewhere(start: ActionStart) -> Self {
        let mut call = Self::timer(start, |_, duration| duration);
        if call.is_timer() {
            call.work = Work::Timer(Timer::Elsewhere);
        }
        call
    }

    pub(crate) fn start(&self) -> &ActionStart {
        &self.start
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    pub(crate) fn ended(&self) -> Option<&Ended> {
        match &self.work {
            Work::Ended(ended) => Some(ended),
            Work::Engine(_)
            | Work::Interrupted
            | Work::Elsewhere
            | Work::Future(_)
            | Work::Task(_)
            | Work::Timer(_) => None,
        }
    }

    pub(super) fn ended_mut(&mut self) -> Option<&mut Ended> {
        match &mut self.work {
            Work::Ended(ended) => Some(ended),
            Work::Engine(_)
            | Work::Interrupted
            | Work::Elsewhere
            | Work::Future(_)
            | Work::Task(_)
            | Work::Timer(_) => None,
        }
    }

    pub(super) fn into_ended(self) -> Option<(ActionStart, Ended)> {
        match self.work {
            Work::Ended(ended) => Some((self.start, *ended)),
            Work::Engine(_)
            | Work::Interrupted
            | Work::Elsewhere
            | Work::Future(_)
            | Work::Task(_)
            | Work::Timer(_) => None,
        }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended().is_some()
    }

    /// Whether it is a running timer.
    pub(crate) fn is_timer(&self) -> bool {
        matches!(self.work, Work::Timer(_))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        matches!(self.work, Work::Interrupted)
    }

    /// What the session must perform itself.
    pub(super) fn intrinsic(&self) -> Option<Intrinsic> {
        match self.work {
            Work::Engine(intrinsic) => Some(intrinsic),
            Work::Interrupted
            | Work::Elsewhere
            | Work::Future(_)
            | Work::Task(_)
            | Work::Timer(_)
            | Work::Ended(_) => None,
        }
    }

    pub(super) fn begin_again(&mut self, work: Work) {
        self.work = work;
    }

    /// Starts a timer that is not running yet.
    pub(super) fn begin_timer(&mut self) {
        if let Work::Timer(timer) = &mut self.work
            && let Err(error) = timer.begin()
        {
            trace_failure(&self.start, &error);
            self.end(Err(error));
        }
    }

    /// Takes an end that someone else tells.
    pub(crate) fn end_with(&mut self, ended: Ended) {
        self.work = Work::Ended(Box::new(ended));
    }

    pub(crate) fn end(&mut self, outcome: Outcome) {
        self.work = Work::Ended(Box::new(Ended::with(&self.start, outcome)));
    }

    pub(super) fn cancel(&mut self, why: &'static str) {
        let (action, action_uid) = (self.start.action_name(), self.start.action_uid());
        tracing::info!(action, action_uid, why, "action cancelled");
        self.end(Err(ActionError::new(ActionErrorKind::Cancelled, why)));
    }

    /// Polls the work; returns whether it has ended. In the background it becomes a task when it has to wait.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let outcome = match &mut self.work {
            Work::Future(future) => Pin::new(future).poll(cx),
            Work::Task(task) => Pin::new(&mut task.0).poll(cx).map(joined),
            Work::Timer(timer) => {
                if timer.poll(cx).is_ready() {
                    self.work = Work::Ended(Box::new(Ended::timer(&self.start)));
                }
                return self.has_ended();
            }
            Work::Engine(_) | Work::Interrupted | Work::Elsewhere => return false,
            Work::Ended(_) => return true,
        };
        match outcome {
            Poll::Ready(outcome) => self.end(outcome),
            // The task has to be polled, too, so that it wakes this session.
            Poll::Pending if self.place == Place::Background && self.spawn() => {
                return self.poll(cx);
            }
            Poll::Pending => {}
        }
        self.has_ended()
    }

    /// Moves a future to a task; returns whether it did. Outside of a tokio runtime there are no tasks, and the
    /// future stays.
    fn spawn(&mut self) -> bool {
        let (Work::Future(future), Ok(runtime)) = (&mut self.work, Handle::try_current()) else {
            return false;
        };
        let nothing = Contained::new(Box::pin(std::future::pending()));
        let future = std::mem::replace(future, nothing);
        self.work = Work::Task(Task(runtime.spawn(future)));
        true
    }
}

fn joined(result: Result<Outcome, JoinError>) -> Outcome {
    result.unwrap_or_else(|error| {
        Err(match error.try_into_panic() {
            Ok(payload) => {
                let message = format!("it panicked: {}", reason(payload));
                ActionError::new(ActionErrorKind::Panicked, message)
            }
            Err(_) => ActionError::new(ActionErrorKind::Cancelled, "the runtime is shutting down"),
        })
    })
}
