//! Events compared with the reference's constructors, and what Rasa objects to.

use action_sdk::rasa::{EventProblem, Events, RasaEvent, RasaJsonErrorKind, ReminderTime};
use serde_json::{Value, json};

use crate::read::{case, rows};

const TIME: f64 = 1_700_000_000.25;

#[allow(
    deprecated,
    reason = "`form` and `form_validation` are part of the case"
)]
fn all() -> Events {
    let naive = ReminderTime::parse("2030-01-02T03:04:05.678").unwrap();
    let utc = ReminderTime::parse("2030-01-02T03:04:05Z").unwrap();
    let buttons = json!([
        {"title": "Yes", "payload": "/affirm"},
        {"title": "No", "payload": "/deny{\"why\": \"no\"}", "type": "postback"},
    ]);
    let parse_data = json!({"intent": {"name": "greet", "confidence": 0.9}});
    let reminder = RasaEvent::reminder_scheduled("remind", utc).timestamp(TIME);
    let cancelled = RasaEvent::reminder_cancelled()
        .reminder_name("r1")
        .intent("remind")
        .timestamp(TIME);
    let bot = RasaEvent::bot_uttered()
        .text("yo")
        .data(json!({"buttons": buttons}));
    Events::from([
        RasaEvent::user_uttered("hi"),
        RasaEvent::user_uttered("hi")
            .parse_data(parse_data)
            .input_channel("rest")
            .timestamp(TIME),
        RasaEvent::bot_uttered(),
        bot.metadata(json!({"m": 1})).timestamp(TIME),
        RasaEvent::slot_set("a", Value::Null),
        RasaEvent::slot_set("b", json!({"x": [1, 2]})).timestamp(TIME),
        RasaEvent::restarted(),
        RasaEvent::session_started().timestamp(TIME),
        RasaEvent::session_ended(),
        RasaEvent::session_ended()
            .metadata(json!({"_reason": "done"}))
            .timestamp(TIME),
        RasaEvent::user_utterance_reverted(),
        RasaEvent::all_slots_reset(),
        RasaEvent::reminder_scheduled("remind", naive),
        reminder
            .entities(json!([{"entity": "e", "value": "v"}]))
            .reminder_name("r1")
            .kill_on_user_message(false),
        RasaEvent::reminder_cancelled(),
        cancelled.entities(json!({"e": "v"})),
        RasaEvent::action_reverted(),
        RasaEvent::story_exported(),
        RasaEvent::followup_action("action_next"),
        RasaEvent::conversation_paused(),
        RasaEvent::conversation_resumed(),
        RasaEvent::action_executed("action_x"),
        RasaEvent::action_executed("action_x")
            .policy("pol")
            .confidence(0.5)
            .timestamp(TIME),
        RasaEvent::agent_uttered()
            .text("agent")
            .data(json!({"d": 1})),
        RasaEvent::active_loop("some_form"),
        RasaEvent::active_loop(None).timestamp(TIME),
        RasaEvent::form("old_form"),
        RasaEvent::loop_interrupted(true),
        RasaEvent::form_validation(true),
        RasaEvent::action_execution_rejected("action_y"),
        RasaEvent::action_execution_rejected("action_y")
            .policy("pol")
            .confidence(0.25)
            .timestamp(TIME),
    ])
}

#[test]
fn every_constructor_writes_what_the_reference_writes() {
    let case = case("http-events-all");
    let recorded = rows(&case["events"]);
    assert_eq!(all().len(), recorded.len());
    for (event, recorded) in all().into_iter().zip(recorded) {
        assert_eq!(event.into_json().to_string(), recorded.to_string());
    }
}

#[test]
fn rasa_accepts_what_the_constructors_make_but_for_users_without_parse_data() {
    let names: Vec<_> = all()
        .into_iter()
        .filter(|event| !event.problems().is_empty())
        .map(RasaEvent::into_json)
        .collect();
    assert_eq!(names, [RasaEvent::user_uttered("hi").into_json()]);
}

#[track_caller]
fn check(event: Value, expected: &[&str]) {
    let problems = RasaEvent::raw(event).expect("an event").problems();
    let refusals: Vec<_> = problems
        .iter()
        .filter(|problem| problem.is_refusal())
        .map(ToString::to_string)
        .collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|text| format!("{text} Rasa refuses the whole answer for it"))
        .collect();
    assert_eq!(refusals, expected);
}

#[test]
fn an_unknown_name_is_refused() {
    check(
        json!({"event": "my_custom"}),
        &["no event of Rasa's is named `my_custom` as far as is known; if so,"],
    );
    check(
        json!({"event": "flow_"}),
        &["no event of Rasa's is named `flow_` as far as is known; if so,"],
    );
}

#[test]
fn names_of_rasa_pro_are_known() {
    for name in [
        "flow_started",
        "agent_started",
        "skill_called",
        "tool_executed",
        "memory_set",
        "stack",
        "form",
    ] {
        check(json!({"event": name}), &[]);
    }
}

#[test]
fn a_user_event_needs_parse_data() {
    check(
        json!({"event": "user", "text": "x"}),
        &["a `user` event needs a member `parse_data`, but there is none;"],
    );
    check(
        json!({"event": "user", "parse_data": null}),
        &["member `parse_data` of a `user` event must be an object, but it is null;"],
    );
    check(json!({"event": "user", "parse_data": {}}), &[]);
}

#[test]
fn a_slot_event_needs_name_and_value() {
    check(
        json!({"event": "slot", "name": "a"}),
        &["a `slot` event needs a member `value`, but there is none;"],
    );
    check(json!({"event": "slot", "name": "a", "value": null}), &[]);
    check(
        json!({"event": "slot", "name": null, "value": 1}),
        &["member `name` of a `slot` event must be a text, but it is null;"],
    );
}

#[test]
fn time_and_metadata_have_types_on_every_event() {
    check(
        json!({"event": "restart", "timestamp": "now", "metadata": []}),
        &[
            "member `timestamp` of a `restart` event must be a number or null, but it is a text;",
            "member `metadata` of a `restart` event must be an object or null, but it is a list;",
        ],
    );
}

#[test]
fn an_intent_named_like_an_action_is_odd_but_accepted() {
    let at = ReminderTime::parse("2030-01-02T03:04:05").unwrap();
    let [problem] = &RasaEvent::reminder_scheduled("action_x", at).problems()[..] else {
        panic!("one problem")
    };
    assert_eq!(
        problem,
        &EventProblem::IntentNamedLikeAction {
            intent: "action_x".to_owned()
        }
    );
    assert!(!problem.is_refusal());
}

#[track_caller]
fn check_raw(value: Value, expected: RasaJsonErrorKind, message: &str) {
    let error = RasaEvent::raw(value).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (expected, message)
    );
}

#[test]
fn raw_takes_objects_with_a_name() {
    check_raw(
        json!(7),
        RasaJsonErrorKind::NotAnObject,
        "an event must be a JSON object, but this is a number; hand over the object itself",
    );
    check_raw(
        json!({}),
        RasaJsonErrorKind::MissingMember,
        "an event needs a member `event`, but there is none; add it",
    );
    check_raw(
        json!({"event": ""}),
        RasaJsonErrorKind::Empty,
        "member `event` of an event must not be empty; fill it in",
    );
    check_raw(
        json!({"event": 5}),
        RasaJsonErrorKind::WrongType,
        "member `event` of an event must be a text, but it is a number; correct it or leave it out",
    );
}

#[test]
fn from_raw_drops_what_the_reference_drops() {
    let kept = [
        RasaEvent::slot_set("kept", 1).into_json(),
        json!({"event": "my_custom", "x": 1}),
    ];
    let dropped = [
        json!({"name": "x"}),
        json!({"event": ""}),
        json!("text"),
        json!(7),
        Value::Null,
    ];
    assert_eq!(
        Events::from_raw(dropped.into_iter().chain(kept.clone())).into_json(),
        kept
    );
}

#[test]
fn events_are_a_list() {
    let mut events: Events = vec![RasaEvent::restarted()].into();
    events.extend([RasaEvent::conversation_paused()]);
    let names: Vec<_> = (&events).into_iter().map(RasaEvent::name).collect();
    assert_eq!(names, ["restart", "pause"]);
    assert!(Events::new().is_empty() && !events.is_empty());
}
