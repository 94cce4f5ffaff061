//! Return values of actions: all events, values that are not events, numbers.

use super::values::{TIME, buttons};
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, RasaEvent, ReminderTime, ReminderTimeError};
use action_sdk::serde_json::{Value, json};

#[action(aliases = ["bb_events_all"])]
async fn bb_events_all() -> Result<Events, ReminderTimeError> {
    let naive = ReminderTime::parse("2030-01-02T03:04:05.678")?;
    let utc = ReminderTime::parse("2030-01-02T03:04:05Z")?;
    let buttons = Vec::from(buttons().map(Value::from));
    let parsed = json!({"intent": {"name": "greet", "confidence": 0.9}});
    #[expect(deprecated, reason = "the old names are among the constructors")]
    let (form, validation) = (
        RasaEvent::form("old_form"),
        RasaEvent::form_validation(true),
    );
    Ok(Events::from([
        RasaEvent::user_uttered("hi"),
        RasaEvent::user_uttered("hi")
            .parse_data(parsed)
            .input_channel("rest")
            .timestamp(TIME),
        RasaEvent::bot_uttered(),
        RasaEvent::bot_uttered()
            .text("yo")
            .data(json!({ "buttons": buttons }))
            .metadata(json!({"m": 1}))
            .timestamp(TIME),
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
        RasaEvent::reminder_scheduled("remind", utc)
            .entities(json!([{"entity": "e", "value": "v"}]))
            .reminder_name("r1")
            .kill_on_user_message(false)
            .timestamp(TIME),
        RasaEvent::reminder_cancelled(),
        RasaEvent::reminder_cancelled()
            .reminder_name("r1")
            .intent("remind")
            .entities(json!({"e": "v"}))
            .timestamp(TIME),
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
        form,
        RasaEvent::loop_interrupted(true),
        validation,
        RasaEvent::action_execution_rejected("action_y"),
        RasaEvent::action_execution_rejected("action_y")
            .policy("pol")
            .confidence(0.25)
            .timestamp(TIME),
    ]))
}

#[action(aliases = ["bb_events_invalid"])]
async fn bb_events_invalid() -> Events {
    Events::from_raw([
        json!({"name": "no event"}),
        json!({"event": ""}),
        json!("text"),
        json!(7),
        Value::Null,
        RasaEvent::slot_set("kept", 1).into_json(),
        json!({"event": "my_custom", "x": 1}),
    ])
}

#[action(aliases = ["bb_numbers"])]
async fn bb_numbers() -> Events {
    let values = [
        ("int", json!(1)),
        ("float_integral", json!(1.0)),
        ("float", json!(0.1)),
        ("neg", json!(-42)),
        ("max_safe", json!(9_007_199_254_740_991_i64)),
        ("i64_max", json!(i64::MAX)),
        ("small", json!(1e-7)),
        ("large", json!(1.5e300)),
        ("zero", json!(0)),
        ("bool", json!(false)),
        ("null", Value::Null),
        ("list", json!([1, 1.5, "1", [], {}])),
    ];
    values
        .into_iter()
        .map(|(name, value)| RasaEvent::slot_set(name, value))
        .collect()
}
