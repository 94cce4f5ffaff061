//! `TimerBotAction(timer_name, duration)`, where the host leaves it to the runtime.
//!
//! A timer runs by tokio's clock. Its place in time is that of its start event, so that a saved one runs for what is
//! left of it.

use std::panic::catch_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Event};
use serde_json::Value as Json;
use tokio::runtime::Handle;
use tokio::time::Sleep;
use umim::Timestamp;

/// The action that a timer is.
pub(crate) const ACTION: &str = "TimerBotAction";

/// The event that ends one.
pub(crate) const STOP: &str = "StopTimerBotAction";

/// The shortest time for which one runs: what tokio's clock can tell apart. So none goes off within the call that
/// starts it, however often it is repeated.
const SHORTEST: Duration = Duration::from_millis(1);

/// A timer that runs, or will when the session is awaited: a conversation can be taken up outside of tokio.
pub(crate) enum Timer {
    /// It runs for this long from when it is begun.
    Waiting(Duration),
    /// It runs.
    Running(Pin<Box<Sleep>>),
}

impl Timer {
    /// Lets a timer run from now on; does nothing to one that does already.
    ///
    /// # Errors
    ///
    /// Outside of a tokio runtime with its timer enabled.
    pub(crate) fn begin(&mut self) -> Result<(), ActionError> {
        let Self::Waiting(duration) = *self else {
            return Ok(());
        };
        // Outside of a runtime, and in one without a timer, tokio panics.
        let sleep = Handle::try_current()
            .ok()
            .and_then(|_| catch_unwind(|| tokio::time::sleep(duration.max(SHORTEST))).ok());
        let sleep = sleep.ok_or_else(|| {
            let message =
                "a timer needs a tokio runtime with its timer enabled, and there is none here";
            ActionError::new(ActionErrorKind::Unavailable, message)
        })?;
        *self = Self::Running(Box::pin(sleep));
        Ok(())
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Waiting(_) => Poll::Pending,
            Self::Running(sleep) => sleep.as_mut().poll(cx),
        }
    }
}

/// How long a timer runs, by the event that starts it.
///
/// # Errors
///
/// If that is no number of seconds.
pub(crate) fn duration(start: &ActionStart) -> Result<Duration, ActionError> {
    let arguments = start.arguments();
    let given = arguments.get("duration").or_else(|| arguments.get("$1"));
    let seconds = given.and_then(Json::as_f64);
    seconds
        .filter(|seconds| *seconds >= 0.0)
        .map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
        .ok_or_else(|| {
            let found = match given {
                Some(given) => format!("not `{given}`"),
                None => "and it is missing".to_owned(),
            };
            let message =
                format!("argument `duration` must be a number of seconds, 0 or more, {found}");
            ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter("duration")
        })
}

/// How much is left of a timer at a time. All of it, if its start lies in the future or is unknown.
pub(crate) fn left(start: &ActionStart, duration: Duration, now: Timestamp) -> Duration {
    let passed = start.event().created_at().and_then(|began| {
        let micros = now.as_micros().checked_sub(began.as_micros())?;
        u64::try_from(micros).ok()
    });
    duration.saturating_sub(Duration::from_micros(passed.unwrap_or_default()))
}

/// What tells that a timer runs, as the chat of nemoguardrails 0.24.1 does.
pub(crate) fn started(start: &ActionStart) -> Event {
    Event::new("TimerBotActionStarted").with("action_uid", start.action_uid())
}

/// What tells that a timer has gone off; it says its name, as in the chat of nemoguardrails 0.24.1.
pub(crate) fn gone_off(start: &ActionStart) -> Event {
    let finished = start.finished(Ok(ActionResult::default()));
    match start.event().value("timer_name") {
        Some(name) => finished.with("timer_name", name.clone()),
        None => finished,
    }
}
