//! Ends a call early: at its time limit, or when it is cancelled.
//!
//! In both cases the work is dropped, and an action that takes `cancel` cleans up first: see [`Contained`].
//!
//! [`Contained`]: crate::contain::Contained

use super::{ActionError, Call};
use crate::error::ActionErrorKind;
use crate::result::Outcome;
use std::future::{Future, poll_fn};
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::OnceLock;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;

/// Does the work until the caller cancels the call. The work is polled first: its token is a child of the caller's,
/// so an action that watches it can still return a result when it is cancelled.
pub(super) async fn with_cancellation(
    call: &Call,
    last_words: &OnceLock<String>,
    work: impl Future<Output = Outcome>,
) -> Outcome {
    let Some(token) = &call.scope().holds().cancel else {
        return work.await;
    };
    if token.is_cancelled() {
        return Err(cancelled());
    }
    let outcome = until_cancelled(token, work).await;
    with_more(outcome, last_words)
}

async fn until_cancelled(
    token: &CancellationToken,
    work: impl Future<Output = Outcome>,
) -> Outcome {
    let mut work = pin!(work);
    let mut signal = pin!(token.cancelled());
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => signal.as_mut().poll(cx).map(|()| Err(cancelled())),
    })
    .await
}

/// Does the work until its time limit, if there is one.
pub(super) async fn with_timeout(
    call: &Call,
    limit: Option<Duration>,
    last_words: &OnceLock<String>,
    work: impl Future<Output = Outcome>,
) -> Outcome {
    let Some(limit) = limit else {
        return work.await;
    };
    let outcome = until_late(call, limit, timer(limit)?, work).await;
    with_more(outcome, last_words)
}

async fn until_late(
    call: &Call,
    limit: Duration,
    timer: Sleep,
    work: impl Future<Output = Outcome>,
) -> Outcome {
    let deadline = timer.deadline();
    let thread = match call.action().is_blocking() {
        true => ", and its thread runs on",
        false => "",
    };
    let mut work = pin!(work);
    let mut timer = pin!(timer);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        // An action that never yields gives the timer no chance.
        Poll::Ready(Ok(_)) if Instant::now() > deadline => Poll::Ready(Err(timed_out(limit, ""))),
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => timer
            .as_mut()
            .poll(cx)
            .map(|()| Err(timed_out(limit, thread))),
    })
    .await
}

/// Appends to an error the panic message of an action that was dropped.
fn with_more(outcome: Outcome, last_words: &OnceLock<String>) -> Outcome {
    outcome.map_err(|error| match last_words.get() {
        Some(reason) => error.with_more(&format!("and it panicked while it was dropped: {reason}")),
        None => error,
    })
}

/// A timer; tokio panics if it is created outside of a runtime.
fn timer(limit: Duration) -> Result<Sleep, ActionError> {
    let made = Handle::try_current()
        .ok()
        .and_then(|_| catch_unwind(|| tokio::time::sleep(limit)).ok());
    made.ok_or_else(|| {
        let message =
            "a time limit needs a tokio runtime with its timer enabled, and there is none here";
        ActionError::new(ActionErrorKind::Unavailable, message)
    })
}

#[cold]
fn cancelled() -> ActionError {
    ActionError::new(ActionErrorKind::Cancelled, "the call was cancelled")
}

#[cold]
fn timed_out(limit: Duration, thread: &str) -> ActionError {
    ActionError::new(
        ActionErrorKind::TimedOut,
        format!("it did not finish within {limit:?}{thread}"),
    )
}
