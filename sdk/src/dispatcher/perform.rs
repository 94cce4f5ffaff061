//! One call from its arguments to its outcome: hooks, a permit, the time limit, cancellation, panics.
//!
//! Permits, timers and tokens are created only if needed: the plain call is one boxed future.

use super::hook::Watch;
use super::limits::{with_cancellation, with_timeout};
use super::{CallHook, Entry, Shared};
use crate::action::{Call, Code, RawCall};
use crate::contain::{Contained, caught, reason};
use crate::error::{ActionError, ActionErrorKind};
use crate::result::{ActionResult, Outcome};
use crate::scope::CallScope;
use crate::special::{Reader, Special, undeclared};
use futures_core::future::BoxFuture;
use std::future::{Future, ready};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::DropGuard;

/// Runs the call. Its error names the action; every failure is traced.
///
/// The plain call is handled separately and everything else is boxed, so that the future of a call stays small.
pub(super) async fn perform(shared: &Shared, entry: &Entry, mut call: Call) -> Outcome {
    let bound = call.bind();
    match plain(shared, entry, &call) {
        Some(function) => {
            let outcome = match bound {
                Ok(()) => catch_panics(|| function(&call)).await,
                Err(error) => Err(error),
            };
            if is_final(&call, &outcome) {
                return outcome;
            }
            Box::pin(settled(&call, outcome)).await
        }
        None => Box::pin(attended(shared, entry, call, bound)).await,
    }
}

/// The code of an action, if neither the action nor its caller or host needs anything but the call itself.
fn plain(
    shared: &Shared,
    entry: &Entry,
    call: &Call,
) -> Option<for<'a> fn(&'a Call) -> BoxFuture<'a, Outcome>> {
    let is_alone = !call.needs().contains(Special::Cancel)
        && entry.permits.is_none()
        && shared.hooks.is_empty()
        && call.scope().holds().cancel.is_none()
        && time_limit(shared, call).is_none();
    match entry.action().code {
        Code::Raw(RawCall::Async(function)) if is_alone => Some(function),
        Code::Raw(RawCall::Async(_) | RawCall::Blocking(_)) | Code::Closure(_) => None,
    }
}

/// Whether the outcome of a plain call needs no further processing.
fn is_final(call: &Call, outcome: &Outcome) -> bool {
    let is_shallow = outcome.as_ref().is_ok_and(ActionResult::is_shallow);
    is_shallow && !call.has_responses() && call.is_declared()
}

/// The call with everything that its action, its caller and its host need around it.
async fn attended(
    shared: &Shared,
    entry: &Entry,
    mut call: Call,
    bound: Result<(), ActionError>,
) -> Outcome {
    let guard = call.arm_cancellation();
    let call = &Arc::new(call);
    let last_words = OnceLock::new();
    let work = with_permit(entry.permits.as_ref(), |permit| {
        run(call, permit, &last_words)
    });
    let work = with_timeout(call, time_limit(shared, call), &last_words, work);
    let work = with_cancellation(call, &last_words, work);
    let work = async {
        bound?;
        work.await
    };
    let outcome = with_hooks(&shared.hooks, call, work).await;
    if outcome.is_ok() {
        guard.map(DropGuard::disarm);
    }
    outcome
}

/// The shortest of the action's, the dispatcher's and the call's limit.
fn time_limit(shared: &Shared, call: &Call) -> Option<Duration> {
    [
        call.action().timeout(),
        shared.timeout,
        call.scope().holds().timeout,
    ]
    .into_iter()
    .flatten()
    .min()
}

/// Does the work if the hooks accept the call, and reports the outcome to them.
async fn with_hooks(
    hooks: &[Arc<dyn CallHook>],
    call: &Call,
    work: impl Future<Output = Outcome>,
) -> Outcome {
    if hooks.is_empty() {
        return settled(call, work.await).await;
    }
    let (watch, answer) = Watch::begin(hooks, call);
    let outcome = match answer {
        Ok(()) => work.await,
        Err(error) => Err(error),
    };
    let outcome = settled(call, outcome).await;
    match watch.end(outcome.as_ref()) {
        Ok(()) => outcome,
        Err(error) => Err(told(call, error)),
    }
}

/// Waits for a permit, if concurrency is limited, and does the work with it.
async fn with_permit<F: Future<Output = Outcome>>(
    permits: Option<&Arc<Semaphore>>,
    work: impl FnOnce(Option<OwnedSemaphorePermit>) -> F,
) -> Outcome {
    let permit = match permits {
        Some(permits) => Arc::clone(permits).acquire_owned().await.ok(),
        None => None,
    };
    work(permit).await
}

/// Runs the code of the action. A blocking action keeps its permit until its thread has finished, even if the caller
/// stops waiting.
async fn run(
    call: &Arc<Call>,
    permit: Option<OwnedSemaphorePermit>,
    last_words: &OnceLock<String>,
) -> Outcome {
    let work = match &call.action().code {
        Code::Raw(RawCall::Async(function)) => catch_panics(|| function(call)),
        Code::Closure(function) => catch_panics(|| function(Arc::clone(call))),
        Code::Raw(RawCall::Blocking(function)) => {
            return on_blocking_pool(*function, Arc::clone(call), permit).await;
        }
    };
    let work = work.with_clean_up(call.lent_token());
    work.with_last_words(last_words).await
}

/// The future of an action, with all panics contained, including those while it is created.
fn catch_panics<'a>(start: impl FnOnce() -> BoxFuture<'a, Outcome>) -> Contained<'a, ActionResult> {
    Contained::new(caught(start).unwrap_or_else(|error| Box::pin(ready(Err(error)))))
}

async fn on_blocking_pool(
    function: fn(&Call) -> Outcome,
    call: Arc<Call>,
    permit: Option<OwnedSemaphorePermit>,
) -> Outcome {
    let Ok(runtime) = Handle::try_current() else {
        let message = "a `blocking` action needs a tokio runtime, and there is none here";
        return Err(ActionError::new(ActionErrorKind::Unavailable, message));
    };
    let thread = runtime.spawn_blocking(move || {
        let _permit = permit;
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

/// Adds messages to a result, and the action to an error. If an action has read what it did not declare, the call
/// fails, since it may have seen incomplete data.
async fn settled(call: &Call, outcome: Outcome) -> Outcome {
    let outcome = match (outcome, call.take_undeclared()) {
        (Ok(_), Some(special)) => Err(undeclared(special, Reader::Action)),
        (Ok(mut result), None) => {
            result.add_responses(call.take_responses().await);
            result.checked()
        }
        (Err(error), _) => Err(error),
    };
    outcome.map_err(|error| told(call, error))
}

/// The error with the name of its action; it is traced.
fn told(call: &Call, error: ActionError) -> ActionError {
    let action = call.action().name();
    let error = error.with_action(action);
    trace(action, call.scope(), &error);
    error
}

/// Traces a failure for operators.
#[cold]
pub(super) fn trace(action: &str, scope: &CallScope, error: &ActionError) {
    let (action_uid, kind, reason) = (scope.action_uid(), error.kind(), error.message());
    if kind == ActionErrorKind::Rejected {
        tracing::info!(action, action_uid, reason, "action rejected");
    } else {
        tracing::warn!(action, action_uid, ?kind, reason, "action failed");
    }
}
