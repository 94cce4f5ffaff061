//! `TimerBotAction(timer_name, duration)`, performed by the runtime if the host wants it.
//!
//! A timer runs on tokio's clock. Its start time is that of its start event, so that a saved timer runs for the
//! remaining time.

use std::panic::catch_unwind;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use action_sdk::{ActionError, ActionErrorKind, ActionResult, ActionStart, Event};
use serde_json::Value as Json;
use tokio::runtime::Handle;
use tokio::time::Sleep;
use umim::Timestamp;

/// The action of a timer.
pub(crate) const ACTION: &str = "TimerBotAction";

/// The event that stops a timer.
pub(crate) const STOP: &str = "StopTimerBotAction";

/// The minimum duration: the resolution of tokio's clock. So no timer fires within the call that starts it, however
/// often it is repeated.
const SHORTEST: Duration = Duration::from_millis(1);

/// A timer that runs, or will run when the session is awaited: a conversation can be resumed outside of tokio.
pub(crate) enum Timer {
    /// Not started yet, with this duration.
    Waiting(Duration),
    /// Whoever drives the session watches it.
    Elsewhere,
    /// It runs.
    Running(Pin<Box<Sleep>>),
}

impl Timer {
    /// Starts a timer; does nothing if it is already running.
    ///
    /// # Errors
    ///
    /// Outside of a tokio runtime with its timer enabled.
    pub(crate) fn begin(&mut self) -> Result<(), ActionError> {
        let Self::Waiting(duration) = *self else {
            return Ok(());
        };
        // Tokio panics outside of a runtime, and in one without timers.
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
            Self::Waiting(_) | Self::Elsewhere => Poll::Pending,
            Self::Running(sleep) => sleep.as_mut().poll(cx),
        }
    }
}

/// The duration of a timer, from its start event.
///
/// # Errors
///
/// If it is not a number of seconds.
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

/// The remaining duration of a timer. The whole duration if its start is in the future or unknown.
pub(crate) fn left(start: &ActionStart, duration: Duration, now: Timestamp) -> Duration {
    let passed = start.event().created_at().and_then(|began| {
        let micros = now.as_micros().checked_sub(began.as_micros())?;
        u64::try_from(micros).ok()
    });
    duration.saturating_sub(Duration::from_micros(passed.unwrap_or_default()))
}

/// When a timer is due, if it began at `created_at` of its start event. `None` if nobody can know.
pub(crate) fn due(start: &ActionStart) -> Option<Timestamp> {
    let began = start.event().created_at()?.as_micros();
    let duration = duration(start).ok()?.max(SHORTEST).as_micros();
    let due = began.saturating_add(i64::try_from(duration).unwrap_or(i64::MAX));
    Some(Timestamp::from_micros(due))
}

/// The event that a timer has started, as in the chat of nemoguardrails 0.24.1.
pub(crate) fn started(start: &ActionStart) -> Event {
    Event::new("TimerBotActionStarted").with("action_uid", start.action_uid())
}

/// The event that a timer has fired, with its name, as in the chat of nemoguardrails 0.24.1.
pub(crate) fn gone_off(start: &ActionStart) -> Event {
    let finished = start.finished(Ok(ActionResult::default()));
    match start.event().value("timer_name") {
        Some(name) => finished.with("timer_name", name.clone()),
        None => finished,
    }
}
