//! From `Start…Action` events to `…ActionFinished` events.

use super::{block_on, host};
use action_sdk::prelude::*;
use action_sdk::{ActionStartErrorKind, umim};
use serde_json::{Value, json};
use std::sync::Arc;
use umim::{Timestamp, UidSource};

fn dispatcher() -> ActionDispatcher {
    let clock = || Timestamp::from_micros(1_763_719_200_000_000);
    let host = host()
        .uids(UidSource::seeded(1))
        .clock(clock)
        .source_uid("test");
    host.build().expect("nothing is missing")
}

fn start(action: &str, arguments: Value) -> ActionStart {
    let mut event = Event::new(format!("Start{action}"))
        .with("uid", "u1")
        .with("action_uid", "a1");
    if let Value::Object(arguments) = arguments {
        event = arguments
            .into_iter()
            .fold(event, |event, (name, value)| event.with(name, value));
    }
    ActionStart::try_from(event).expect("it is a start")
}

fn run(action: &str, arguments: Value) -> Event {
    block_on(dispatcher().run(&start(action, arguments), &CallScope::new()))
}

#[test]
fn a_success_has_the_fields_of_the_reference_in_its_order() {
    let event = run("DoubleAction", json!({"value": 5}));
    let uid = event.uid().expect("it is stamped").to_owned();
    let expected = json!({
        "type": "DoubleActionFinished",
        "uid": uid,
        "event_created_at": "2025-11-21T10:00:00+00:00",
        "source_uid": "test",
        "action_uid": "a1",
        "action_name": "DoubleAction",
        "status": "success",
        "is_success": true,
        "return_value": 10,
        "events": [],
        "action_finished_at": "2025-11-21T10:00:00+00:00",
    });
    assert_eq!(event.to_string(), expected.to_string());
    assert_eq!(event.check(), Ok(()));
}

#[test]
fn the_same_seed_gives_the_same_event() {
    assert_eq!(
        run("NothingAction", json!({})),
        run("NothingAction", json!({}))
    );
}

#[track_caller]
fn check_failure(action: &str, arguments: Value, reason: &str) {
    let event = run(action, arguments);
    assert_eq!(event.name(), format!("{action}Finished"));
    assert_eq!(event.value("is_success"), Some(&json!(false)));
    assert_eq!(event.value("status"), Some(&json!("failed")));
    assert_eq!(event.value("return_value"), Some(&Value::Null));
    assert_eq!(event.value("failure_reason"), Some(&json!(reason)));
    assert_eq!(
        event
            .value("events")
            .and_then(|events| events[0]["type"].as_str()),
        Some("BotIntent")
    );
    assert_eq!(event.check(), Ok(()));
}

#[test]
fn failures_stand_in_the_event() {
    check_failure(
        "FailAction",
        json!({"how": "text"}),
        "action `FailAction` failed: boom",
    );
    check_failure(
        "PanicAction",
        json!({"when": "early"}),
        "action `PanicAction`: it panicked: early",
    );
    check_failure(
        "HastyAction",
        json!({}),
        "action `HastyAction`: it did not finish within 100ms",
    );
    let reason = "action `DoubleAction`: argument `value` (i64) is missing";
    check_failure("DoubleAction", json!({}), reason);
    let reason = "no action named `DubleAction` is registered; did you mean `DoubleAction`?";
    check_failure("DubleAction", json!({}), reason);
}

#[test]
fn a_cancelled_run_says_so() {
    let cancel = CancellationToken::new();
    cancel.cancel();
    let scope = CallScope::new().with_cancel(cancel);
    let event = block_on(dispatcher().run(&start("SleepAction", json!({})), &scope));
    let reason = "action `SleepAction`: the call was cancelled";
    assert_eq!(event.value("failure_reason"), Some(&json!(reason)));
}

#[test]
fn fields_of_every_event_are_no_arguments() {
    let arguments = json!({
        "type": "StartDoubleAction", "event_created_at": "x", "source_uid": "s",
        "action_info_modality": "m", "action_info_modality_policy": "p", "value": 1,
    });
    assert_eq!(
        run("DoubleAction", arguments).value("return_value"),
        Some(&json!(2))
    );
}

#[test]
fn positional_fields_are_positional_arguments() {
    assert_eq!(
        run("DoubleAction", json!({"$0": 4})).value("return_value"),
        Some(&json!(8))
    );
}

#[test]
fn messages_ride_along_as_bot_utterances() {
    let event = run("SpeakAction", json!({}));
    let expected = json!([{"type": "StartUtteranceBotAction", "script": "Hello!"}]);
    assert_eq!(event.value("events"), Some(&expected));
}

#[track_caller]
fn check_said(result: ActionResult, said: &[Value], left: &[&str]) {
    let mut result = result;
    let utterances: Vec<Value> = result
        .take_utterances()
        .into_iter()
        .map(Value::from)
        .collect();
    assert_eq!(utterances, said);
    let names: Vec<_> = result.events().iter().map(Event::name).collect();
    assert_eq!(names, left);
}

#[test]
fn whatever_says_something_can_be_taken_out() {
    let said = block_on(super::call("SpeakAction", Invocation::new())).expect("it speaks");
    let hello = json!({"type": "StartUtteranceBotAction", "script": "Hello!"});
    let bare = json!({"type": "StartUtteranceBotAction", "script": "Bare"});
    let event = |name: &str, field: &str| Event::new(name).with(field, "Bare");
    let result = said
        .with_event(Event::new("Noted"))
        .with_event(event("StartUtteranceBotAction", "script"))
        .with_event(event("ChangeUtteranceBotAction", "script"))
        .with_event(event("UtteranceBotActionScriptUpdated", "interim_script"))
        .with_event(event("StopUtteranceBotAction", "script"))
        .with_event(event("StartUtteranceUserAction", "script"));
    let left = [
        "Noted",
        "StopUtteranceBotAction",
        "StartUtteranceUserAction",
    ];
    check_said(result, &[hello, bare.clone(), bare.clone(), bare], &left);
}

#[test]
fn an_utterance_without_a_text_says_nothing_and_is_taken_out_all_the_same() {
    let result = ActionResult::default().with_event(Event::new("StartUtteranceBotAction"));
    let empty = json!({"type": "StartUtteranceBotAction", "script": ""});
    check_said(result, &[empty], &[]);
}

#[test]
fn a_text_that_is_none_is_not_lost() {
    let message = action_sdk::rasa::Message::new().extra("text", 5);
    let speaking = ActionDescriptor::new("NumberAction", move |call: Arc<Call>| {
        call.dispatcher().utter_message(message.clone());
        async { Ok::<_, ActionError>(()) }
    });
    let dispatcher = super::host()
        .register(speaking.expect("the name is right"))
        .build();
    let dispatcher = dispatcher.expect("nothing is missing");
    let result = block_on(dispatcher.call("NumberAction", Invocation::new()));
    let said = json!({"type": "StartUtteranceBotAction", "script": "", "custom": {"text": 5}});
    check_said(result.expect("it speaks"), &[said], &[]);
}

#[test]
fn events_and_context_updates_ride_along() {
    let event = run("UpdateAction", json!({}));
    assert_eq!(event.value("events"), Some(&json!([{"type": "Noted"}])));
    assert_eq!(event.value("context_updates"), Some(&json!({"seen": true})));
}

#[track_caller]
fn check_no_start(event: Value, kind: ActionStartErrorKind, text: &str) {
    let event = Event::from_json(event).expect("it is an event");
    let error = ActionStart::try_from(event.clone()).expect_err("it starts nothing");
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
    assert_eq!(error.into_event(), event);
}

#[test]
fn other_events_start_nothing_and_are_not_lost() {
    let kind = ActionStartErrorKind::NoActionStart;
    for name in [
        "UserIntent",
        "DoubleActionFinished",
        "StopDoubleAction",
        "StartAction",
        "StartFlow",
        "startXAction",
    ] {
        let text = format!("event `{name}` starts no action; its type must read `Start…Action`");
        check_no_start(json!({"type": name, "action_uid": "a"}), kind, &text);
    }
}

#[test]
fn a_run_needs_a_uid() {
    let kind = ActionStartErrorKind::NoActionUid;
    let text =
        "event `StartXAction` has no `action_uid`; give every run of an action a text of its own";
    check_no_start(json!({"type": "StartXAction"}), kind, text);
    check_no_start(json!({"type": "StartXAction", "action_uid": 5}), kind, text);
    check_no_start(
        json!({"type": "StartXAction", "action_uid": ""}),
        kind,
        text,
    );
}
