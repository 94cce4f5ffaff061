//! Panics wherever code of others runs: each becomes an outcome with a reason, and none escapes.

use super::{block_on, dispatcher, host};
use action_sdk::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

/// Panics when it is dropped, and so does the payload of that panic.
#[derive(Debug)]
struct Bomb(u8);

impl Drop for Bomb {
    fn drop(&mut self) {
        match self.0 {
            _ if std::thread::panicking() => {}
            0 => panic!("boom"),
            more => panic_any(Self(more - 1)),
        }
    }
}

#[action(name = "ThrowBombAction")]
async fn throw_bomb() {
    panic_any(Bomb(2));
}

#[action(name = "ThrowBombBlockingAction", blocking)]
fn throw_bomb_blocking() {
    panic_any(Bomb(2));
}

#[action(name = "HoldBombAction")]
async fn hold_bomb() {
    let _bomb = Bomb(0);
    std::future::pending::<()>().await;
}

#[derive(Debug)]
struct Cause(#[expect(dead_code, reason = "it is there to be dropped")] Bomb);

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the cause")
    }
}

impl std::error::Error for Cause {}

#[action(name = "BombCauseAction")]
async fn bomb_cause() -> Result<(), ActionError> {
    Err(ActionError::failed("no luck").with_source(Cause(Bomb(1))))
}

/// Completes at once, and panics when it is dropped.
struct Armed(#[expect(dead_code, reason = "it is there to be dropped")] Bomb);

impl Future for Armed {
    type Output = Result<&'static str, ActionError>;

    fn poll(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Self::Output> {
        Poll::Ready(Ok("done"))
    }
}

fn armed() -> ActionDescriptor {
    ActionDescriptor::new("ArmedAction", |_| Armed(Bomb(0))).expect("the name is right")
}

#[track_caller]
fn check(name: &str, scope: CallScope, kind: ActionErrorKind, text: &str) {
    let dispatcher = host().register(armed()).build();
    let dispatcher = dispatcher.expect("nothing is missing");
    let call = dispatcher.call(name, Invocation::new().scope(scope));
    let error = block_on(call).expect_err("it panics");
    assert_eq!((error.kind(), error.message()), (kind, text));
}

#[test]
fn a_payload_that_panics_when_it_is_dropped() {
    let panicked = ActionErrorKind::Panicked;
    check(
        "ThrowBombAction",
        CallScope::new(),
        panicked,
        "it panicked: no message",
    );
    let limited = CallScope::new().with_timeout(Duration::from_secs(9));
    check(
        "ThrowBombAction",
        limited,
        panicked,
        "it panicked: no message",
    );
}

#[test]
fn a_payload_on_the_blocking_pool() {
    let panicked = ActionErrorKind::Panicked;
    check(
        "ThrowBombBlockingAction",
        CallScope::new(),
        panicked,
        "it panicked: no message",
    );
}

#[test]
fn a_local_when_time_is_up() {
    let scope = CallScope::new().with_timeout(Duration::from_millis(5));
    let text = "it did not finish within 5ms, and it panicked while it was dropped: boom";
    check("HoldBombAction", scope, ActionErrorKind::TimedOut, text);
}

#[test]
fn a_local_when_the_call_is_cancelled() {
    let token = CancellationToken::new();
    let call = dispatcher();
    let scope = CallScope::new().with_cancel(token.clone());
    let error = block_on(async {
        let mut call = pin!(call.call("HoldBombAction", Invocation::new().scope(scope)));
        poll_once(call.as_mut());
        token.cancel();
        call.await.expect_err("it is cancelled")
    });
    let text = "the call was cancelled, and it panicked while it was dropped: boom";
    assert_eq!(
        (error.kind(), error.message()),
        (ActionErrorKind::Cancelled, text)
    );
}

#[test]
fn a_future_that_is_done() {
    check(
        "ArmedAction",
        CallScope::new(),
        ActionErrorKind::Panicked,
        "it panicked: boom",
    );
}

#[test]
fn a_call_that_its_caller_drops() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    let dispatcher = host().after(move |_, outcome, _| {
        let kind = outcome.err().map(ActionError::kind);
        hearing.lock().expect("nobody panics here").push(kind);
    });
    let dispatcher = dispatcher.build().expect("nothing is missing");
    let mut call = Box::pin(dispatcher.call("HoldBombAction", Invocation::new()));
    poll_once(call.as_mut());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(call))).is_ok());
    let heard = heard.lock().expect("nobody panics here");
    assert_eq!(*heard, [Some(ActionErrorKind::Cancelled)]);
}

#[test]
fn what_a_caller_attached() {
    let scope = CallScope::new().with_extension(Bomb(1));
    let call = dispatcher();
    let outcome = block_on(call.call("NothingAction", Invocation::new().scope(scope)));
    assert!(outcome.is_ok());
}

#[test]
fn a_hook_whose_payload_panics() {
    let closed = host().before(|_| panic_any(Bomb(2))).build();
    let closed = closed.expect("nothing is missing");
    let error = block_on(closed.call("NothingAction", Invocation::new()));
    assert_eq!(
        error.expect_err("it is not let through").message(),
        "a hook panicked before the call, so it was not let through (it panicked: no message)"
    );
    let open = host().after(|_, _, _| panic_any(Bomb(2))).build();
    let open = open.expect("nothing is missing");
    assert!(block_on(open.call("NothingAction", Invocation::new())).is_ok());
}

#[track_caller]
fn check_finished(name: &str, reason: &str) {
    let start = Event::new(format!("Start{name}")).with("action_uid", "a1");
    let start = ActionStart::try_from(start).expect("it starts an action");
    let finished = block_on(dispatcher().run(&start, &CallScope::new()));
    assert_eq!(finished.value("failure_reason"), Some(&reason.into()));
}

#[test]
fn the_reason_stands_in_the_finished_event() {
    let reason = "action `ThrowBombAction`: it panicked: no message";
    check_finished("ThrowBombAction", reason);
}

#[test]
fn the_cause_of_an_error() {
    let reason = "action `BombCauseAction` failed: no luck";
    check_finished("BombCauseAction", reason);
}

fn poll_once<F: Future>(future: Pin<&mut F>) {
    let polled = future.poll(&mut TaskContext::from_waker(Waker::noop()));
    assert!(polled.is_pending());
}
