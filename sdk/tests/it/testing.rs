//! The tools for tests of action authors.

use super::call::AwaitHere as _;
use super::parameters::{Db, task_manager};
use action_sdk::prelude::*;
use action_sdk::testing::{ActionTester, ScriptedLlm};
use serde_json::json;
use std::time::Duration;

#[test]
fn only_what_the_action_needs_has_to_be_there() {
    let tested = ActionTester::new("RowsAction")
        .resource(Db { rows: 9 })
        .run()
        .await_here();
    assert_eq!(
        tested.and_then(|tested| tested.value::<i64>()).ok(),
        Some(9)
    );
}

#[test]
fn what_it_needs_is_named_when_missing() {
    let error = ActionTester::new("RowsAction")
        .run()
        .await_here()
        .expect_err("there is no database");
    assert_eq!(error.kind(), ActionErrorKind::Unavailable);
    assert!(
        error
            .to_string()
            .contains("needs resource `it::parameters::Db`"),
        "{error}"
    );
}

#[test]
fn everything_can_be_given() {
    let scope = ActionTester::new("BorrowedAction")
        .context("user", "Ada")
        .event(Event::new("UserIntent"));
    let tested = scope
        .config(RailsConfig::default())
        .run()
        .await_here()
        .expect("it answers");
    assert_eq!(
        tested.return_value(),
        &json!(["Ada", ["UserIntent"], 0, false])
    );
    let tracker = Tracker::from_json(json!({"sender_id": "s", "slots": {"name": "Bo"}}))
        .expect("it is a tracker");
    let tested = ActionTester::new("SlotAction")
        .tracker(tracker)
        .run()
        .await_here()
        .expect("it answers");
    assert_eq!(tested.return_value(), &json!(["Bo", false]));
    let tested = ActionTester::new("RenderAction")
        .llm_task_manager(task_manager())
        .run()
        .await_here();
    assert_eq!(
        tested.expect("it renders").return_value(),
        "render self_check_input"
    );
    let tested = ActionTester::new("AskAction")
        .llm(ScriptedLlm::replies(["yes"]))
        .run()
        .await_here();
    assert_eq!(tested.expect("it asks").return_value(), "yes");
    let tested = ActionTester::new("DoubleAction")
        .positional(4)
        .run()
        .await_here();
    assert_eq!(tested.expect("it doubles").return_value(), 8);
}

#[test]
fn all_of_a_result_can_be_looked_at() {
    let tested = ActionTester::new("UpdateAction")
        .run()
        .await_here()
        .expect("it updates");
    assert_eq!(tested.events(), [Event::new("Noted")]);
    assert_eq!(tested.context_updates()["seen"], true);
    let tested = ActionTester::new("SpeakAction")
        .run()
        .await_here()
        .expect("it speaks");
    assert_eq!(tested.responses()[0].as_text(), Some("Hello!"));
    assert!(tested.rasa_events().is_some());
    assert!(tested.value::<i64>().is_err());
}

#[test]
fn limits_hold_here_too() {
    let late = ActionTester::new("SleepAction")
        .timeout(Duration::from_millis(1))
        .run()
        .await_here();
    assert_eq!(
        late.expect_err("it sleeps").kind(),
        ActionErrorKind::TimedOut
    );
    let cancel = CancellationToken::new();
    cancel.cancel();
    let cancelled = ActionTester::new("SleepAction")
        .cancel(cancel)
        .run()
        .await_here();
    assert_eq!(
        cancelled.expect_err("it sleeps").kind(),
        ActionErrorKind::Cancelled
    );
}

#[test]
fn an_unknown_action_is_an_error() {
    let error = ActionTester::new("NobodyAction")
        .run()
        .await_here()
        .expect_err("there is none");
    assert_eq!(error.kind(), ActionErrorKind::NotFound);
}

#[test]
fn what_an_action_did_to_a_resource_can_be_looked_at() {
    let counter = std::sync::Arc::new(super::parameters::Counter::default());
    let tester =
        || ActionTester::new("IncrAction").shared_resource(std::sync::Arc::clone(&counter));
    tester().arg("by", 3).run().await_here().expect("it counts");
    let tested = ActionTester::new("ReadCounterAction")
        .shared_resource(counter.clone())
        .run()
        .await_here();
    assert_eq!(tested.expect("it reads").return_value(), 3);
}
