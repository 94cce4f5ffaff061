//! Events from outside that are invalid, or have names used by the engine.

use action_sdk_runtime::RuntimeErrorKind;
use serde_json::{Value, json};

use crate::support::{block_on, check, runtime, send, shorts};

const ECHO: &str = "flow main\n  while True\n    match Ping()\n    send Pong()\n";

/// Sends JSON after a valid event, and checks that neither is processed, and that the session continues.
#[track_caller]
fn check_refused(bad: Value, message: &str) {
    let (error, out) = block_on(async {
        let mut session = runtime(ECHO).session();
        send(&mut session, &[]).await;
        let refused = session
            .process_json(vec![json!({"type": "Ping"}), bad])
            .await;
        (refused, send(&mut session, &["Ping"]).await)
    });
    let error = error.expect_err("it is no event");
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (RuntimeErrorKind::Event, message)
    );
    assert_eq!(out, ["Pong"]);
}

#[test]
fn what_is_no_object_is_refused() {
    check_refused(json!([1, 2]), "an event is a JSON object, found a list");
    check_refused(json!("Ping"), "an event is a JSON object, found a text");
    check_refused(Value::Null, "an event is a JSON object, found null");
}

#[test]
fn what_has_no_type_is_refused() {
    check_refused(
        json!({"uid": "1"}),
        "an event needs a member `type`; give it one with the event's name",
    );
}

#[test]
fn a_type_that_is_no_text_is_refused() {
    check_refused(
        json!({"type": 5}),
        "the member `type` of an event is its name, a text, found a number",
    );
}

#[test]
fn an_empty_type_is_refused() {
    check_refused(
        json!({"type": ""}),
        "the member `type` of an event is its name and cannot be empty",
    );
}

#[test]
fn a_number_that_no_variable_can_hold_is_refused() {
    check_refused(
        json!({"type": "Ping", "n": u64::MAX}),
        "the event `Ping` cannot be taken: the whole number 18446744073709551615 does not fit into 64 bits",
    );
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let deep = (0..200).fold(json!(1), |inner, _| json!([inner]));
    check_refused(
        json!({"type": "Ping", "n": deep}),
        "the event `Ping` cannot be taken: a value is nested more than 128 deep",
    );
}

#[test]
fn good_json_is_taken() {
    let out = block_on(async {
        let mut session = runtime(ECHO).session();
        send(&mut session, &[]).await;
        shorts(
            &session
                .process_json(vec![json!({"type": "Ping"})])
                .await
                .expect("an event"),
        )
    });
    assert_eq!(out, ["Pong"]);
}

const GUARDED: &str = "flow secret\n  send Opened()\n  match Never()\n\nflow main\n  start helper as $helper\n  match Ping()\n  send Pong(status=$helper.status.value)\n  match Never()\n\nflow helper\n  match Never()\n";

#[test]
fn the_start_of_a_flow_cannot_be_asked_for_from_outside() {
    check(
        GUARDED,
        &["StartFlow flow_id=\"secret\"", "Ping"],
        &["Pong status=\"started\""],
    );
}

#[test]
fn the_end_of_a_flow_cannot_be_asked_for_from_outside() {
    check(
        GUARDED,
        &[
            "StopFlow flow_id=\"helper\"",
            "FinishFlow flow_id=\"helper\"",
            "Ping",
        ],
        &["Pong status=\"started\""],
    );
}

#[test]
fn the_end_of_a_flow_cannot_be_told_from_outside() {
    let flows = "flow helper\n  match Never()\n\nflow main\n  start helper as $h\n  match $h.Finished()\n  send Ended()\n";
    check(
        flows,
        &[
            "FlowFinished flow_id=\"helper\"",
            "FlowFailed flow_id=\"helper\"",
            "FlowStarted flow_id=\"helper\"",
        ],
        &[],
    );
}

#[test]
fn an_unhandled_event_from_outside_is_an_event_like_others() {
    let flows = "flow main\n  match Ping()\n  send Pong()\n  match Never()\n";
    check(flows, &["UnhandledEvent event=\"Ping\"", "Ping"], &["Pong"]);
}

#[test]
fn an_unknown_action_uid_changes_nothing() {
    let flows = "flow main\n  await UtteranceBotAction(script=\"Hi\")\n  send Said()\n";
    check(
        flows,
        &[
            "UtteranceBotActionFinished action_uid=\"nobody\" is_success=true final_script=\"Hi\"",
            "UtteranceBotActionStarted action_uid=5",
            "UtteranceBotActionUpdated",
        ],
        &["StartUtteranceBotAction script=\"Hi\""],
    );
}

#[test]
fn an_event_may_have_any_fields() {
    let flows = "flow main\n  match Ping() as $p\n  send Pong(uid_was=$p.uid)\n  match Never()\n";
    check(
        flows,
        &["Ping uid=[1] source_uid={} event_created_at=0 x=null"],
        &["Pong uid_was=[1]"],
    );
}
