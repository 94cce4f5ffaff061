//! Time limits, cancellation, concurrency. Time is that of the runtime, which is paused and advances by itself.

use super::{block_on, call, dispatcher, host};
use action_sdk::prelude::*;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[action(name = "SleepAction")]
async fn sleep(#[arg(default = 60_000)] millis: u64) -> &'static str {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    "slept"
}

#[action(name = "HastyAction", timeout = "100ms")]
async fn hasty() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

/// Passes its token out, and waits for it.
#[action(name = "WatchfulAction")]
async fn watchful(cancel: &CancellationToken, #[arg(default)] give_up: bool) -> &'static str {
    cancel.cancelled().await;
    if give_up {
        std::future::pending::<()>().await;
    }
    "saved what I had"
}

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[action(name = "CrowdedAction", concurrency = 2)]
async fn crowded() {
    let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
    MOST.fetch_max(running, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(10)).await;
    RUNNING.fetch_sub(1, Ordering::SeqCst);
}

#[action(name = "BlockAction", blocking)]
fn block(context: &Context, #[arg(default)] panics: bool) -> usize {
    assert!(!panics, "on the pool");
    context.len()
}

fn kind_of(
    call: impl Future<Output = Result<ActionResult, ActionError>>,
) -> Option<ActionErrorKind> {
    block_on(call).err().map(|error| error.kind())
}

fn invocation_with(scope: CallScope) -> Invocation {
    Invocation::new().scope(scope)
}

#[test]
fn without_a_limit_nothing_is_hurried() {
    assert_eq!(kind_of(call("SleepAction", Invocation::new())), None);
}

#[test]
fn the_earliest_limit_counts() {
    let late = Some(ActionErrorKind::TimedOut);
    let second = Duration::from_secs(1);
    assert_eq!(kind_of(call("HastyAction", Invocation::new())), late);
    let by_call = call(
        "SleepAction",
        invocation_with(CallScope::new().with_timeout(second)),
    );
    let by_call = block_on(by_call).expect_err("it sleeps for a minute");
    assert_eq!(
        by_call.to_string(),
        "action `SleepAction`: it did not finish within 1s"
    );
    let hasty = call(
        "HastyAction",
        invocation_with(CallScope::new().with_timeout(second)),
    );
    assert_eq!(
        block_on(hasty)
            .expect_err("100 ms are over first")
            .message(),
        "it did not finish within 100ms"
    );
    let strict = host().timeout(second).build().expect("nothing is missing");
    assert_eq!(kind_of(strict.call("SleepAction", Invocation::new())), late);
}

/// Never yields to its runtime.
#[action(name = "StubbornAction", timeout = "1ms")]
async fn stubborn() -> &'static str {
    std::thread::sleep(Duration::from_millis(5));
    "done"
}

#[test]
fn an_action_that_never_yields_is_late_all_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    let error = runtime.block_on(call("StubbornAction", Invocation::new()));
    let error = error.expect_err("5 ms are more than 1 ms");
    assert_eq!(
        (error.kind(), error.message()),
        (ActionErrorKind::TimedOut, "it did not finish within 1ms")
    );
}

#[test]
fn waiting_for_a_free_place_counts_too() {
    let outcome = block_on(async {
        let dispatcher = dispatcher();
        let places: Vec<_> = (0..2)
            .map(|_| tokio::spawn(occupy(dispatcher.clone())))
            .collect();
        tokio::task::yield_now().await;
        let scope = CallScope::new().with_timeout(Duration::from_millis(1));
        let outcome = dispatcher
            .call("CrowdedAction", invocation_with(scope))
            .await;
        for place in places {
            place
                .await
                .expect("nothing panics")
                .expect("the first two get in");
        }
        outcome
    });
    assert_eq!(
        outcome.expect_err("there is no place").kind(),
        ActionErrorKind::TimedOut
    );
}

async fn occupy(dispatcher: ActionDispatcher) -> Result<ActionResult, ActionError> {
    dispatcher.call("CrowdedAction", Invocation::new()).await
}

#[test]
fn no_more_calls_run_at_once_than_said() {
    block_on(async {
        let dispatcher = dispatcher();
        let calls: Vec<_> = (0..20)
            .map(|_| tokio::spawn(occupy(dispatcher.clone())))
            .collect();
        for call in calls {
            call.await
                .expect("nothing panics")
                .expect("every call gets its turn");
        }
    });
    assert!(MOST.load(Ordering::SeqCst) <= 2);
}

#[test]
fn a_token_cancels_an_action_that_does_not_watch_it() {
    let cancel = CancellationToken::new();
    let sleeping = call(
        "SleepAction",
        invocation_with(CallScope::new().with_cancel(cancel.clone())),
    );
    let error = block_on(async {
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            cancel.cancel();
        });
        sleeping.await
    });
    assert_eq!(
        error.expect_err("it was cancelled").kind(),
        ActionErrorKind::Cancelled
    );
}

#[test]
fn an_action_that_watches_its_token_may_still_answer_at_once() {
    let answer = cancelled_while_it_runs(Invocation::new());
    assert_eq!(
        answer.expect("it answered in time").return_value,
        "saved what I had"
    );
    let late = cancelled_while_it_runs(Invocation::new().arg("give_up", true));
    assert_eq!(
        late.expect_err("it gave up").kind(),
        ActionErrorKind::Cancelled
    );
}

fn cancelled_while_it_runs(invocation: Invocation) -> Result<ActionResult, ActionError> {
    let cancel = CancellationToken::new();
    let invocation = invocation.scope(CallScope::new().with_cancel(cancel.clone()));
    block_on(async {
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            cancel.cancel();
        });
        call("WatchfulAction", invocation).await
    })
}

/// What happened to an action that waits until it is cancelled, and then cleans up forever.
#[derive(Default)]
pub(crate) struct CleanUp(std::sync::Mutex<Vec<&'static str>>);

impl CleanUp {
    fn note(&self, what: &'static str) {
        self.0.lock().expect("nobody panics here").push(what);
    }
}

#[action(name = "CleanUpAction")]
async fn clean_up(cancel: &CancellationToken, seen: Res<CleanUp>) {
    seen.note("began");
    cancel.cancelled().await;
    seen.note("cleans up");
    std::future::pending::<()>().await;
    seen.note("goes on");
}

/// Ends the action of [`clean_up`] from outside, and compares what happened to it with what is expected.
#[track_caller]
fn check_clean_up(
    end: impl FnOnce(ActionTester) -> ActionTester,
    expected: ActionErrorKind,
    steps: &[&str],
) {
    let seen = Arc::<CleanUp>::default();
    let tester = ActionTester::new("CleanUpAction").shared_resource(Arc::clone(&seen));
    assert_eq!(
        block_on(async { end(tester).run().await })
            .expect_err("it is ended")
            .kind(),
        expected
    );
    assert_eq!(*seen.0.lock().expect("nobody panics here"), steps);
}

#[test]
fn an_action_that_is_cancelled_gets_to_its_clean_up() {
    let cancel = |tester: ActionTester| {
        let cancel = CancellationToken::new();
        let later = cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            later.cancel();
        });
        tester.cancel(cancel)
    };
    let steps = ["began", "cleans up"];
    check_clean_up(cancel, ActionErrorKind::Cancelled, &steps);
}

#[test]
fn an_action_that_is_late_gets_to_its_clean_up() {
    let limit = |tester: ActionTester| tester.timeout(Duration::from_millis(5));
    let steps = ["began", "cleans up"];
    check_clean_up(limit, ActionErrorKind::TimedOut, &steps);
}

#[test]
fn an_action_whose_call_is_dropped_gets_to_its_clean_up() {
    let seen = Arc::<CleanUp>::default();
    let tester = ActionTester::new("CleanUpAction").shared_resource(Arc::clone(&seen));
    block_on(async {
        let dropped = tokio::time::timeout(Duration::from_millis(5), tester.run());
        assert!(dropped.await.is_err());
    });
    let seen = seen.0.lock().expect("nobody panics here");
    assert_eq!(*seen, ["began", "cleans up"]);
}

#[test]
fn a_call_cancelled_before_it_begins_does_not_begin() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    let invocation = invocation_with(CallScope::new().with_cancel(cancel)).arg("when", "early");
    assert_eq!(
        kind_of(call("PanicAction", invocation)),
        Some(ActionErrorKind::Cancelled)
    );
}

#[test]
fn a_dropped_or_late_call_cancels_the_token_it_lent() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let lending = ActionDescriptor::new("LendAction", move |call: Arc<Call>| {
        let sent = sender.send(call.cancel().clone());
        async move {
            sent.map_err(|_| "nobody listens")?;
            std::future::pending::<Result<(), &'static str>>().await
        }
    });
    let dispatcher = host()
        .register(lending.expect("the name is right"))
        .build()
        .expect("nothing is missing");
    block_on(async {
        let scope = CallScope::new().with_timeout(Duration::from_millis(1));
        let late = dispatcher.call("LendAction", invocation_with(scope)).await;
        assert_eq!(
            late.expect_err("it never ends").kind(),
            ActionErrorKind::TimedOut
        );
        assert!(receiver.recv().await.expect("it lent one").is_cancelled());
        let dropped = tokio::time::timeout(
            Duration::from_millis(1),
            dispatcher.call("LendAction", Invocation::new()),
        );
        assert!(dropped.await.is_err());
        assert!(receiver.recv().await.expect("it lent one").is_cancelled());
    });
}

#[test]
fn a_finished_call_leaves_the_token_alone() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let lending = ActionDescriptor::new("LendAndReturnAction", move |call: Arc<Call>| {
        let sent = sender.send(call.cancel().clone());
        async move { sent.map_err(|_| "nobody listens") }
    });
    let dispatcher = host()
        .register(lending.expect("the name is right"))
        .build()
        .expect("nothing is missing");
    block_on(dispatcher.call("LendAndReturnAction", Invocation::new())).expect("it returns");
    assert!(!receiver.recv().expect("it lent one").is_cancelled());
}

#[test]
fn blocking_actions_run_on_the_pool_with_borrowed_parameters() {
    let result = block_on(call("BlockAction", Invocation::new().context("a", 1)));
    assert_eq!(result.expect("it counts").return_value, json!(1));
    let error = block_on(call("BlockAction", Invocation::new().arg("panics", true)));
    assert_eq!(
        error.expect_err("it panics").to_string(),
        "action `BlockAction`: it panicked: on the pool"
    );
}

#[test]
fn a_late_blocking_action_is_given_up_while_its_thread_runs_on() {
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let gate = Gate(std::sync::Mutex::new(wait));
    let dispatcher = host().resource(gate).build().expect("nothing is missing");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    let scope = CallScope::new().with_timeout(Duration::from_millis(20));
    let error = runtime
        .block_on(dispatcher.call("GateAction", invocation_with(scope)))
        .expect_err("it is late");
    assert_eq!(
        error.message(),
        "it did not finish within 20ms, and its thread runs on"
    );
    release.send(()).expect("the thread still waits");
}

struct Gate(std::sync::Mutex<std::sync::mpsc::Receiver<()>>);

#[action(name = "GateAction", blocking)]
fn wait_at_gate(gate: GateRef) {
    let Some(gate) = gate.0 else { return };
    gate.0
        .lock()
        .expect("nobody panics here")
        .recv()
        .expect("the gate opens");
}

/// The gate, if the host has one.
struct GateRef(Option<Arc<Gate>>);

impl<'a> action_sdk::ActionParam<'a> for GateRef {
    fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
        Ok(Self(call.resource::<Gate>().ok()))
    }
}

#[test]
fn outside_of_tokio_only_what_needs_it_fails() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime can be made");
    let limited = || invocation_with(CallScope::new().with_timeout(Duration::from_secs(1)));
    let error = runtime
        .block_on(call("BorrowedAction", limited()))
        .expect_err("the timer is off");
    assert_eq!(error.kind(), ActionErrorKind::Unavailable);
    let mut task = tokio_test_context();
    let plain = poll_once(
        &mut task,
        call("DoubleAction", Invocation::new().arg("value", 2)),
    );
    assert_eq!(
        plain.and_then(Result::ok).map(|result| result.return_value),
        Some(json!(4))
    );
    for (name, invocation) in [
        ("BlockAction", Invocation::new()),
        ("SleepAction", limited()),
    ] {
        let outcome = poll_once(&mut task, call(name, invocation)).expect("it is ready at once");
        assert_eq!(
            outcome.expect_err(name).kind(),
            ActionErrorKind::Unavailable,
            "for {name}"
        );
    }
}

fn tokio_test_context() -> std::task::Context<'static> {
    std::task::Context::from_waker(std::task::Waker::noop())
}

fn poll_once<F: Future>(context: &mut std::task::Context<'_>, future: F) -> Option<F::Output> {
    match std::pin::pin!(future).poll(context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
