//! Local actions that were started and have not been reported: run here or as tasks, in the order of their start.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use action_sdk::contain::{Contained, caught, reason};
use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Map};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use umim::Event;

use super::timer::{self, Timer};
use crate::intrinsic::Intrinsic;

/// The outcome of a call.
pub(crate) type Outcome = Result<ActionResult, ActionError>;

/// One call.
pub(crate) struct Call {
    start: ActionStart,
    in_background: bool,
    work: Work,
}

/// Who works on a call.
pub(crate) enum Work {
    /// The runtime itself, at the next occasion.
    Engine(Intrinsic),
    /// This future, whenever the session is awaited.
    Here(Contained<'static, ActionResult>),
    /// Nobody yet: it was running when the conversation was saved, and is to run again.
    Again,
    /// A task of its own.
    There(Task),
    /// The clock.
    Timer(Timer),
    /// Nobody any more.
    Over(Box<Over>),
}

/// What is to be told of a call that is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Over {
    /// New values of global variables, until they are applied.
    pub(crate) context_updates: Map,
    /// What the bot says, in order.
    pub(crate) utterances: Vec<Event>,
    /// The `…ActionFinished` event, without uid and times.
    pub(crate) finished: Event,
    /// Whether it failed, and not because somebody ended it.
    #[serde(default)]
    pub(crate) has_failed: bool,
}

/// A task that ends with its handle.
pub(crate) struct Task(JoinHandle<Outcome>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Call {
    pub(crate) fn new(start: ActionStart, in_background: bool, work: Work) -> Self {
        Self {
            start,
            in_background,
            work,
        }
    }

    /// A timer that runs for this part of its duration; over at once if it has none.
    pub(crate) fn timer(
        start: ActionStart,
        part: impl FnOnce(&ActionStart, Duration) -> Duration,
    ) -> Self {
        match timer::duration(&start) {
            Ok(duration) => {
                let timer = Timer::Waiting(part(&start, duration));
                Self::new(start, true, Work::Timer(timer))
            }
            Err(error) => {
                trace(&start, &error);
                Self::over(start, true, Err(error))
            }
        }
    }

    /// A call that was over before it began.
    pub(crate) fn over(start: ActionStart, in_background: bool, outcome: Outcome) -> Self {
        let over = over(&start, outcome);
        Self::new(start, in_background, Work::Over(over))
    }

    pub(crate) fn start(&self) -> &ActionStart {
        &self.start
    }

    pub(crate) fn in_background(&self) -> bool {
        self.in_background
    }

    pub(crate) fn result(&self) -> Option<&Over> {
        match &self.work {
            Work::Over(over) => Some(over),
            Work::Engine(_) | Work::Again | Work::Here(_) | Work::There(_) | Work::Timer(_) => None,
        }
    }

    pub(crate) fn work_with(&mut self, work: Work) {
        self.work = work;
    }

    fn is_timer(&self) -> bool {
        matches!(self.work, Work::Timer(_))
    }

    fn is_over(&self) -> bool {
        self.result().is_some()
    }

    pub(crate) fn end(&mut self, outcome: Outcome) {
        self.work = Work::Over(over(&self.start, outcome));
    }

    /// Lets the work go on; one in the background becomes a task when it has to wait.
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let outcome = match &mut self.work {
            Work::Here(future) => Pin::new(future).poll(cx),
            Work::There(task) => Pin::new(&mut task.0).poll(cx).map(joined),
            Work::Timer(timer) => {
                if timer.poll(cx).is_ready() {
                    self.work = Work::Over(gone_off(&self.start));
                }
                return self.is_over();
            }
            Work::Engine(_) | Work::Again => return false,
            Work::Over(_) => return true,
        };
        match outcome {
            Poll::Ready(outcome) => self.end(outcome),
            // Its task is to wake whoever waits here.
            Poll::Pending if self.in_background && self.detach() => return self.poll(cx),
            Poll::Pending => {}
        }
        self.is_over()
    }

    /// Makes a task of the work; whether it did. Without a tokio runtime there are no tasks, and the work goes on
    /// whenever the session is awaited.
    fn detach(&mut self) -> bool {
        let (Work::Here(future), Ok(runtime)) = (&mut self.work, Handle::try_current()) else {
            return false;
        };
        let nothing = Contained::new(Box::pin(std::future::pending()));
        let future = std::mem::replace(future, nothing);
        self.work = Work::There(Task(runtime.spawn(future)));
        true
    }
}

fn joined(result: Result<Outcome, tokio::task::JoinError>) -> Outcome {
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

pub(crate) fn trace(start: &ActionStart, error: &ActionError) {
    let (action, action_uid) = (start.action_name(), start.action_uid());
    tracing::warn!(action, action_uid, reason = %error, "action failed");
}

fn gone_off(start: &ActionStart) -> Box<Over> {
    Box::new(Over {
        context_updates: Map::new(),
        utterances: Vec::new(),
        finished: timer::gone_off(start),
        has_failed: false,
    })
}

/// What is to be told of a call that has come to nothing.
pub(crate) fn failed(start: &ActionStart, error: ActionError) -> Over {
    trace(start, &error);
    *told(start, Err(error))
}

/// An outcome may hold what is not ours, such as the source of an error, and is dropped here.
fn over(start: &ActionStart, outcome: Outcome) -> Box<Over> {
    caught(|| told(start, outcome)).unwrap_or_else(|error| told(start, Err(error)))
}

fn told(start: &ActionStart, mut outcome: Outcome) -> Box<Over> {
    let (mut context_updates, mut utterances) = Default::default();
    if let Ok(result) = &mut outcome {
        context_updates = result.take_context_updates();
        utterances = result.take_utterances();
    }
    let is_failure = |error: &ActionError| error.kind() != ActionErrorKind::Cancelled;
    let has_failed = outcome.as_ref().is_err_and(is_failure);
    let outcome = outcome.map_err(|error| error.with_action(start.action_name()));
    Box::new(Over {
        context_updates,
        utterances,
        has_failed,
        finished: start.finished(outcome),
    })
}

/// All calls of a session, in the order of their start.
#[derive(Default)]
pub(crate) struct Calls(Vec<Call>);

impl Calls {
    pub(crate) fn push(&mut self, call: Call) {
        self.0.push(call);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.0.iter()
    }

    /// Whether the cycle has to wait for one.
    pub(crate) fn any_in_foreground(&self) -> bool {
        self.0.iter().any(|call| !call.in_background)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is any besides timers that run.
    pub(crate) fn any_action(&self) -> bool {
        self.0.iter().any(|call| !call.is_timer())
    }

    /// How many nobody waits for, without timers that run.
    pub(crate) fn in_background(&self) -> usize {
        let is_it = |call: &&Call| call.in_background && !call.is_timer();
        self.0.iter().filter(is_it).count()
    }

    /// Lets the timers run that do not run yet.
    pub(crate) fn begin_timers(&mut self) {
        self.0.iter_mut().for_each(Call::begin_timer);
    }

    /// Takes a timer out, as if it had never been.
    pub(crate) fn remove(&mut self, action_uid: &str) {
        self.0
            .retain(|call| !call.is_timer() || call.start.action_uid() != action_uid);
    }

    /// Those that are to run again after their conversation was resumed.
    pub(crate) fn resumed(&mut self) -> impl Iterator<Item = &mut Call> {
        let calls = self.0.iter_mut();
        calls.filter(|call| matches!(call.work, Work::Again))
    }

    /// The next call that the runtime itself has to work on.
    pub(crate) fn for_engine(&mut self) -> Option<(&mut Call, Intrinsic)> {
        self.0.iter_mut().find_map(|call| match call.work {
            Work::Engine(intrinsic) => Some((call, intrinsic)),
            Work::Again | Work::Here(_) | Work::There(_) | Work::Timer(_) | Work::Over(_) => None,
        })
    }

    /// Lets all go on, without waiting.
    pub(crate) fn advance(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        for call in &mut self.0 {
            call.poll(&mut cx);
        }
    }

    /// Takes the context updates of those that are over.
    pub(crate) fn take_context_updates(&mut self) -> Map {
        let mut updates = Map::new();
        for call in &mut self.0 {
            if let Work::Over(over) = &mut call.work {
                updates.extend(std::mem::take(&mut over.context_updates));
            }
        }
        updates
    }

    /// Takes those that are over, of one of the two kinds.
    pub(crate) fn take_over(&mut self, in_background: bool) -> Vec<(ActionStart, Over)> {
        let is_it = |call: &mut Call| call.is_over() && call.in_background == in_background;
        let over = self
            .0
            .extract_if(.., is_it)
            .filter_map(|call| match call.work {
                Work::Over(over) => Some((call.start, *over)),
                Work::Engine(_) | Work::Again | Work::Here(_) | Work::There(_) | Work::Timer(_) => {
                    None
                }
            });
        over.collect()
    }

    /// Ends the run of an action; whether there was one.
    pub(crate) fn cancel(&mut self, action: &str, action_uid: &str) -> bool {
        let running = self.0.iter_mut().filter(|call| !call.is_over());
        let running = running.filter(|call| call.start.action_name() == action);
        let mut found = false;
        for call in running.filter(|call| call.start.action_uid() == action_uid) {
            call.cancel("it was stopped");
            found = true;
        }
        found
    }

    pub(crate) fn cancel_all(&mut self) {
        let running = self.0.iter_mut();
        let running = running.filter(|call| !call.is_over() && !call.is_timer());
        running.for_each(|call| call.cancel("the session cancelled its actions"));
    }

    /// Waits until one is over: of all, or of those that the cycle waits for. Without any it is done at once.
    pub(crate) async fn one(&mut self, of_all: bool) {
        self.begin_timers();
        poll_fn(|cx| {
            let (mut any, mut over) = (false, false);
            for call in self
                .0
                .iter_mut()
                .filter(|call| of_all || !call.in_background)
            {
                any = true;
                over |= call.poll(cx);
            }
            match over || !any {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

impl Call {
    fn begin_timer(&mut self) {
        if let Work::Timer(timer) = &mut self.work
            && let Err(error) = timer.begin()
        {
            trace(&self.start, &error);
            self.end(Err(error));
        }
    }

    fn cancel(&mut self, why: &'static str) {
        let (action, action_uid) = (self.start.action_name(), self.start.action_uid());
        tracing::info!(action, action_uid, why, "action cancelled");
        self.end(Err(ActionError::new(ActionErrorKind::Cancelled, why)));
    }
}
