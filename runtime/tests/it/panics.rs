//! Whatever an action does, its session continues, and the action ends with a reason.

use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_runtime::Session;
use tokio::time::sleep;

use crate::support::{block_on, event, runtime, send, short};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("boom");
        }
    }
}

#[derive(Debug)]
struct Mine;

impl std::fmt::Display for Mine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a mine")
    }
}

impl std::error::Error for Mine {}

impl Drop for Mine {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("boom");
        }
    }
}

#[action]
async fn panic_with_bomb() -> i64 {
    std::panic::panic_any(Bomb)
}

#[action(execute_async)]
async fn panic_with_bomb_later() -> i64 {
    sleep(Duration::from_secs(1)).await;
    std::panic::panic_any(Bomb)
}

#[action]
async fn fail_with_mine() -> Result<i64, ActionError> {
    Err(ActionError::failed("a mine").with_source(Mine))
}

#[action(timeout = "2s")]
async fn late_with_bomb() -> i64 {
    let _bomb = Bomb;
    std::future::pending().await
}

#[action(execute_async, timeout = "2s")]
async fn late_with_bomb_in_background() -> i64 {
    let _bomb = Bomb;
    std::future::pending().await
}

#[action(execute_async)]
async fn listen_with_bomb() -> i64 {
    let _bomb = Bomb;
    std::future::pending().await
}

/// Runs in the foreground, and so is dropped with the session itself.
#[action]
async fn hold_bomb() -> i64 {
    let _bomb = Bomb;
    std::future::pending().await
}

#[action(execute_async)]
async fn return_with_bomb() -> i64 {
    let _bomb = Bomb;
    7
}

/// Never yields, and exceeds its time limit.
#[action(timeout = "10ms")]
async fn never_yield() -> i64 {
    std::thread::sleep(Duration::from_millis(200));
    7
}

/// Starts an action, reports how it ended, and continues.
fn flows(action: &str) -> String {
    format!(
        "flow main\n  activate pinged\n  while True\n    match Go()\n    start {action} as $a\n    when $a.Finished() as $end\n      send Out(ok=$end.is_success, why=$end.failure_reason)\n    or when Stop()\n      send $a.Stop()\n      match $a.Finished() as $end\n      send Out(ok=$end.is_success, why=$end.failure_reason)\n\n@loop(\"pinged\")\nflow pinged\n  match Ping()\n  send Pong()\n"
    )
}

async fn begun(action: &str) -> Session {
    let mut session = runtime(&flows(action)).session();
    send(&mut session, &[]).await;
    session
}

/// The action runs twice, since the first run must not affect the second.
#[track_caller]
fn check(action: &str, expected: &str) {
    block_on(async {
        let mut session = begun(action).await;
        for _ in 0..2 {
            let mut out = send(&mut session, &["Go"]).await;
            if out.is_empty() {
                let pushed = session.next_event().await.expect("no error");
                out.extend(pushed.as_ref().map(short));
            }
            assert_eq!(out, [expected]);
            assert_eq!(send(&mut session, &["Ping"]).await, ["Pong"]);
        }
    });
}

#[track_caller]
fn check_failed(action: &str, why: &str) {
    check(action, &format!("Out ok=false why={why:?}"));
}

#[test]
fn a_payload_may_panic_when_it_is_dropped() {
    check_failed(
        "PanicWithBombAction()",
        "action `PanicWithBombAction`: it panicked: no message",
    );
}

#[test]
fn also_in_a_task() {
    check_failed(
        "PanicWithBombLaterAction()",
        "action `PanicWithBombLaterAction`: it panicked: no message",
    );
}

#[test]
fn an_error_may_panic_when_it_is_dropped() {
    block_on(async {
        let mut session = begun("FailWithMineAction()").await;
        let out = send(&mut session, &["Go"]).await;
        assert!(out[0].starts_with("Out ok=false why="), "{out:?}");
        assert_eq!(send(&mut session, &["Ping"]).await, ["Pong"]);
    });
}

#[test]
fn what_an_action_holds_may_panic_when_it_is_late() {
    let why = "it did not finish within 2s, and it panicked while it was dropped: boom";
    check_failed(
        "LateWithBombAction()",
        &format!("action `LateWithBombAction`: {why}"),
    );
    check_failed(
        "LateWithBombInBackgroundAction()",
        &format!("action `LateWithBombInBackgroundAction`: {why}"),
    );
}

#[test]
fn what_an_action_holds_may_panic_when_it_returns() {
    check_failed(
        "ReturnWithBombAction()",
        "action `ReturnWithBombAction`: it panicked: boom",
    );
}

#[test]
fn what_an_action_holds_may_panic_when_it_is_stopped() {
    block_on(async {
        let mut session = begun("ListenWithBombAction()").await;
        for _ in 0..2 {
            send(&mut session, &["Go"]).await;
            let out = send(&mut session, &["Stop"]).await;
            let why = "Out ok=false why=\"action `ListenWithBombAction`: it was stopped\"";
            assert_eq!(out.last().map(String::as_str), Some(why));
            assert_eq!(send(&mut session, &["Ping"]).await, ["Pong"]);
        }
    });
}

#[test]
fn what_an_action_holds_may_panic_when_the_host_cancels_it() {
    block_on(async {
        let mut session = begun("ListenWithBombAction()").await;
        send(&mut session, &["Go"]).await;
        session.cancel_actions();
        let out = send(&mut session, &[]).await;
        let why =
            "Out ok=false why=\"action `ListenWithBombAction`: the session cancelled its actions\"";
        assert_eq!(out, [why]);
    });
}

#[test]
fn what_an_action_holds_may_panic_when_a_call_is_dropped_and_then_the_session() {
    block_on(async {
        let mut session = begun("HoldBombAction()").await;
        let call = session.process_events(vec![event("Go")]);
        assert!(
            tokio::time::timeout(Duration::from_secs(1), call)
                .await
                .is_err()
        );
        drop(session);
        let mut session = begun("ListenWithBombAction()").await;
        send(&mut session, &["Go"]).await;
        drop(session);
        sleep(Duration::from_secs(1)).await;
    });
}

#[tokio::test]
async fn an_action_that_never_yields_is_late_all_the_same() {
    let mut session = begun("NeverYieldAction()").await;
    let out = send(&mut session, &["Go"]).await;
    let why = "Out ok=false why=\"action `NeverYieldAction`: it did not finish within 10ms\"";
    assert_eq!(out, [why]);
}
