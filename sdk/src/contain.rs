//! Contains panics of code that is not ours, while it runs and while it is dropped.
//!
//! The payload of a panic is dropped too, so one panic may cause another.

use crate::error::{ActionError, ActionErrorKind};
use futures_core::future::BoxFuture;
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, Waker};
use tokio_util::sync::CancellationToken;

/// Runs code that is not ours.
///
/// # Errors
///
/// [`ActionErrorKind::Panicked`] with the message of the panic.
pub fn caught<T>(code: impl FnOnce() -> T) -> Result<T, ActionError> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| panicked(&reason(payload)))
}

/// Drops a value whose `Drop` is not ours.
///
/// # Errors
///
/// The message of the panic, if dropping it panicked.
pub fn discard<T>(value: T) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| drop(value))).map_err(reason)
}

/// The message of a panic; the payload is dropped.
#[cold]
pub fn reason(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| payload.downcast_ref::<&'static str>().copied())
        .unwrap_or("no message")
        .to_owned();
    if let Err(second) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping it panics every time, and its own payload may do the same, so it is leaked.
        std::mem::forget(second);
    }
    text
}

#[cold]
fn panicked(reason: &str) -> ActionError {
    ActionError::new(ActionErrorKind::Panicked, format!("it panicked: {reason}"))
}

/// A future that never panics, neither when it is polled nor when it is dropped.
///
/// If it watches a token and is dropped unfinished, the token is cancelled and the future polled once more.
pub struct Contained<'a, T> {
    future: Option<BoxFuture<'a, Result<T, ActionError>>>,
    last_words: Option<&'a OnceLock<String>>,
    cancel: Option<&'a CancellationToken>,
}

impl<'a, T> Contained<'a, T> {
    /// Wraps a future and contains its panics.
    pub fn new(future: BoxFuture<'a, Result<T, ActionError>>) -> Self {
        Self {
            future: Some(future),
            last_words: None,
            cancel: None,
        }
    }

    /// Sets where to leave the panic message if the future panics while it is dropped unfinished.
    pub(crate) fn with_last_words(mut self, last_words: &'a OnceLock<String>) -> Self {
        self.last_words = Some(last_words);
        self
    }

    /// Sets the token that the future watches. If the future is dropped unfinished, the token is cancelled and the
    /// future polled once more, so that it can clean up.
    pub(crate) fn with_clean_up(mut self, cancel: Option<&'a CancellationToken>) -> Self {
        self.cancel = cancel;
        self
    }
}

impl<T> Future for Contained<'_, T> {
    type Output = Result<T, ActionError>;

    /// Results are large, so a successful one is passed on without moving it again.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Pending;
        };
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        if matches!(polled, Ok(Poll::Pending)) {
            return Poll::Pending;
        }
        match (polled, discard(self.future.take())) {
            (Ok(ready), Ok(())) => ready,
            (Ok(ready), Err(reason)) => Poll::Ready(Err(dropped_badly(ready, &reason))),
            (Err(payload), _) => Poll::Ready(Err(panicked(&reason(payload)))),
        }
    }
}

#[cold]
fn dropped_badly<T>(returned: Poll<Result<T, ActionError>>, reason: &str) -> ActionError {
    match returned {
        Poll::Ready(Err(error)) => error,
        Poll::Ready(Ok(_)) | Poll::Pending => {
            let _its_panic_would_add_nothing = discard(returned);
            let message = format!("it panicked while it was dropped: {reason}");
            ActionError::new(ActionErrorKind::Panicked, message)
        }
    }
}

impl<T> Drop for Contained<'_, T> {
    fn drop(&mut self) {
        let Some(mut future) = self.future.take() else {
            return;
        };
        let cleaned_up = self.cancel.map_or(Ok(()), |cancel| {
            cancel.cancel();
            poll_once(future.as_mut())
        });
        if let Err(reason) = cleaned_up.and(discard(future)) {
            tracing::warn!(reason, "an action panicked while it was dropped");
            if let Some(words) = self.last_words {
                let _only_one_future_leaves_any = words.set(reason);
            }
        }
    }
}

/// Polls a future whose result is no longer wanted.
fn poll_once<T>(future: Pin<&mut (dyn Future<Output = T> + Send + '_)>) -> Result<(), String> {
    let mut cx = Context::from_waker(Waker::noop());
    let polled = catch_unwind(AssertUnwindSafe(|| future.poll(&mut cx).is_ready()));
    polled.map(|_| ()).map_err(reason)
}

impl<T> std::fmt::Debug for Contained<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contained")
            .field("is_done", &self.future.is_none())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }

    /// Completes at once, and panics when it is dropped.
    struct Armed(#[expect(dead_code, reason = "it is there to be dropped")] Option<Bomb>);

    impl Future for Armed {
        type Output = Result<u8, ActionError>;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
            Poll::Ready(Ok(1))
        }
    }

    fn polled(future: Armed) -> Poll<Result<u8, String>> {
        let mut contained = Contained::new(Box::pin(future));
        let polled = Pin::new(&mut contained).poll(&mut Context::from_waker(Waker::noop()));
        polled.map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_comes_out() {
        assert_eq!(polled(Armed(None)), Poll::Ready(Ok(1)));
    }

    #[test]
    fn a_value_whose_future_panics_afterwards_does_not() {
        let reason = "it panicked while it was dropped: boom".to_owned();
        assert_eq!(polled(Armed(Some(Bomb))), Poll::Ready(Err(reason)));
    }

    #[test]
    fn a_payload_may_panic_when_it_is_dropped() {
        let error = caught(|| std::panic::panic_any(Bomb)).expect_err("it panics");
        assert_eq!(error.message(), "it panicked: no message");
    }
}
