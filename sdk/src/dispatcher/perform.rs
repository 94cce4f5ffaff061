//! One call from its arguments to its outcome: hooks, a free place, the time limit, cancellation, panics.
//!
//! Permits, timers and tokens are made only where somebody asked for them: the plain call is one boxed future.

use super::hook::Watch;
use crate::action::{Code, Outcome};
use crate::call::Call;
use crate::contain::{Contained, caught, reason};
use crate::error::{ActionError, ActionErrorKind};
use crate::private::{self, RawCall};
use crate::result::ActionResult;
use crate::scope::CallScope;
use futures_core::future::BoxFuture;
use std::future::{Future, pending, poll_fn};
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Runs the call. Its error names the action; every failure is traced.
///
/// The plain call stands here by itself, and everything else is boxed, so that the future of a call stays small.
pub(super) async fn perform(mut call: Call) -> Outcome {
    let bound = bind(&mut call);
    match plain(&call) {
        Some(function) => {
            let outcome = match bound {
                Ok(()) => started(|| function(&call)).await,
                Err(error) => Err(error),
            };
            if outcome.as_ref().is_ok_and(ActionResult::is_shallow) && !call.has_responses() {
                return outcome;
            }
            Box::pin(settled(&call, outcome)).await
        }
        None => Box::pin(attended(call, bound)).await,
    }
}

/// The code of an action that wants nothing but to be called, and whose caller and host want nothing more either.
fn plain(call: &Call) -> Option<for<'a> fn(&'a Call) -> BoxFuture<'a, Outcome>> {
    let entry = call.entry();
    let alone = !entry.wants_cancel
        && entry.slots.is_none()
        && call.shared().hooks.is_empty()
        && call.scope.holds().cancel.is_none()
        && time_limit(call).is_none();
    match entry.descriptor.code {
        Code::Raw(RawCall::Async(function)) if alone => Some(function),
        Code::Raw(RawCall::Async(_) | RawCall::Blocking(_)) | Code::Closure(_) => None,
    }
}

async fn attended(mut call: Call, bound: Result<(), ActionError>) -> Outcome {
    let guard = arm_cancellation(&mut call);
    let outcome = match call.entry().descriptor.code.clone() {
        Code::Raw(RawCall::Async(function)) => watched(&call, bound, Work::Async(function)).await,
        Code::Raw(RawCall::Blocking(function)) => {
            let call = Arc::new(call);
            watched(&call, bound, Work::Blocking(function, &call)).await
        }
        Code::Closure(function) => {
            let call = Arc::new(call);
            watched(&call, bound, Work::Closure(function.as_ref(), &call)).await
        }
    };
    if outcome.is_ok() {
        guard.map(DropGuard::disarm);
    }
    outcome
}

/// The code to run, with the form of the call that it needs.
enum Work<'a> {
    Async(for<'b> fn(&'b Call) -> BoxFuture<'b, Outcome>),
    Blocking(fn(&Call) -> Outcome, &'a Arc<Call>),
    Closure(
        &'a (dyn Fn(Arc<Call>) -> BoxFuture<'static, Outcome> + Send + Sync),
        &'a Arc<Call>,
    ),
}

fn bind(call: &mut Call) -> Result<(), ActionError> {
    let mut arguments = std::mem::take(&mut call.arguments);
    let bound = arguments.bind(call.action());
    call.arguments = arguments;
    bound
}

/// Gives the call a token if its action takes one. The guard cancels it, unless the call ends with a result.
fn arm_cancellation(call: &mut Call) -> Option<DropGuard> {
    if !call.entry().wants_cancel {
        return None;
    }
    let token = call
        .scope
        .holds()
        .cancel
        .as_ref()
        .map_or_else(CancellationToken::new, CancellationToken::child_token);
    call.cancel = Some(token.clone());
    Some(token.drop_guard())
}

async fn watched(call: &Call, bound: Result<(), ActionError>, work: Work<'_>) -> Outcome {
    if call.shared().hooks.is_empty() {
        return settled(call, allowed(call, bound, work).await).await;
    }
    let (watch, answer) = Watch::begin(call.shared(), call);
    let outcome = settled(call, allowed(call, answer.and(bound), work).await).await;
    watch.end(outcome.as_ref());
    outcome
}

async fn allowed(call: &Call, answer: Result<(), ActionError>, work: Work<'_>) -> Outcome {
    match answer {
        Ok(()) => limited(call, work).await,
        Err(error) => Err(error),
    }
}

/// Adds to a result what the action said, and to an error which action it was.
async fn settled(call: &Call, outcome: Outcome) -> Outcome {
    let outcome = match outcome {
        Ok(mut result) => {
            result.add_responses(call.take_responses().await);
            result.checked()
        }
        Err(error) => Err(error),
    };
    outcome.map_err(|error| {
        let error = error.with_action(call.action().name());
        trace(call.action().name(), &call.scope, &error);
        error
    })
}

/// Runs the work within its limits, if it has any.
async fn limited(call: &Call, work: Work<'_>) -> Outcome {
    let limit = time_limit(call);
    let token = call.scope.holds().cancel.as_ref();
    if token.is_some_and(CancellationToken::is_cancelled) {
        return Err(cancelled());
    }
    if limit.is_none() && token.is_none() {
        return placed(call, work, None).await;
    }
    let timer = limit.map(timer).transpose()?;
    let last_words = OnceLock::new();
    let outcome = raced(call, work, timer, &last_words).await;
    match (outcome, last_words.into_inner()) {
        (Err(error), Some(reason)) => {
            Err(error.with_more(&format!("and it panicked while it was dropped: {reason}")))
        }
        (outcome, _) => outcome,
    }
}

/// Races the work against the time limit and the caller's token. The work is asked first, so that an action that
/// watches its own token can still give a result in the moment in which it is cancelled.
async fn raced<'a>(
    call: &'a Call,
    work: Work<'a>,
    timer: Option<Sleep>,
    last_words: &'a OnceLock<String>,
) -> Outcome {
    let deadline = timer.as_ref().map(Sleep::deadline);
    let thread = match call.action().is_blocking() {
        true => ", and its thread runs on",
        false => "",
    };
    let mut work = pin!(placed(call, work, Some(last_words)));
    let mut late = pin!(ended(timer));
    let mut signal = pin!(signalled(call.scope.holds().cancel.as_ref()));
    poll_fn(|cx| {
        if let Poll::Ready(outcome) = work.as_mut().poll(cx) {
            // One that never yields gives the timer no chance.
            let is_late = deadline.is_some_and(|deadline| Instant::now() > deadline);
            return Poll::Ready(outcome.and_then(|result| match is_late {
                true => Err(timed_out(call, "")),
                false => Ok(result),
            }));
        }
        if signal.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(cancelled()));
        }
        late.as_mut()
            .poll(cx)
            .map(|()| Err(timed_out(call, thread)))
    })
    .await
}

/// The earliest of the action's, the dispatcher's and the call's limit.
fn time_limit(call: &Call) -> Option<Duration> {
    [
        call.action().timeout(),
        call.shared().timeout,
        call.scope.holds().timeout,
    ]
    .into_iter()
    .flatten()
    .min()
}

/// A timer; making one panics outside of tokio.
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

async fn ended(timer: Option<Sleep>) {
    match timer {
        Some(timer) => timer.await,
        None => pending().await,
    }
}

async fn signalled(token: Option<&CancellationToken>) {
    match token {
        Some(token) => token.cancelled().await,
        None => pending().await,
    }
}

#[cold]
fn cancelled() -> ActionError {
    ActionError::new(ActionErrorKind::Cancelled, "the call was cancelled")
}

#[cold]
fn timed_out(call: &Call, thread: &str) -> ActionError {
    let limit = time_limit(call).unwrap_or_default();
    ActionError::new(
        ActionErrorKind::TimedOut,
        format!("it did not finish within {limit:?}{thread}"),
    )
}

/// Waits for a free place, if places are limited, and runs the work there. A blocking action keeps its place until
/// its thread is done, however early the caller stops waiting.
async fn placed<'a>(
    call: &'a Call,
    work: Work<'a>,
    last_words: Option<&'a OnceLock<String>>,
) -> Outcome {
    let place = match &call.entry().slots {
        Some(slots) => Arc::clone(slots).acquire_owned().await.ok(),
        None => None,
    };
    match work {
        Work::Async(function) => {
            let work = started(|| function(call));
            work.with_last_words(last_words).await
        }
        Work::Closure(function, call) => {
            let work = started(|| function(Arc::clone(call)));
            work.with_last_words(last_words).await
        }
        Work::Blocking(function, call) => on_blocking_pool(function, Arc::clone(call), place).await,
    }
}

/// The future of an action, with every panic kept in, that of making it too.
fn started<'a>(start: impl FnOnce() -> BoxFuture<'a, Outcome>) -> Contained<'a, ActionResult> {
    Contained::new(caught(start).unwrap_or_else(private::fail))
}

async fn on_blocking_pool(
    function: fn(&Call) -> Outcome,
    call: Arc<Call>,
    place: Option<OwnedSemaphorePermit>,
) -> Outcome {
    let Ok(runtime) = Handle::try_current() else {
        let message = "a `blocking` action needs a tokio runtime, and there is none here";
        return Err(ActionError::new(ActionErrorKind::Unavailable, message));
    };
    let thread = runtime.spawn_blocking(move || {
        let _place = place;
        caught(|| function(&call)).flatten()
    });
    match thread.await {
        Ok(outcome) => outcome,
        Err(error) => Err(match error.try_into_panic() {
            Ok(payload) => {
                let message = format!("it panicked: {}", reason(payload));
                ActionError::new(ActionErrorKind::Panicked, message)
            }
            Err(_) => ActionError::new(ActionErrorKind::Cancelled, "the runtime is shutting down"),
        }),
    }
}

/// Tells operators of a failure.
#[cold]
pub(super) fn trace(action: &str, scope: &CallScope, error: &ActionError) {
    let (action_uid, kind, reason) = (scope.action_uid(), error.kind(), error.message());
    if kind == ActionErrorKind::Rejected {
        tracing::info!(action, action_uid, reason, "action rejected");
    } else {
        tracing::warn!(action, action_uid, ?kind, reason, "action failed");
    }
}
