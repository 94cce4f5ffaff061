//! The conversation and the domain as seen by an action.

use action_sdk::prelude::*;
use action_sdk::rasa::Message;
use action_sdk::serde_json::{Value, json};

#[action(aliases = ["bb_echo_tracker"])]
async fn bb_echo_tracker(tracker: &Tracker, dispatcher: &CollectingDispatcher) {
    dispatcher.utter_message(Message::new().json_message(tracker.current_state()));
}

#[action(aliases = ["bb_echo_domain"])]
async fn bb_echo_domain(domain: &Domain, dispatcher: &CollectingDispatcher) {
    let message = Message::new().json_message(json!({ "domain": domain }));
    dispatcher.utter_message(message);
}

#[action(aliases = ["bb_tracker_api"])]
async fn bb_tracker_api(tracker: &Tracker, dispatcher: &CollectingDispatcher) {
    dispatcher.utter_message(Message::new().json_message(answers(tracker)));
}

/// The results of all methods of the tracker.
fn answers(tracker: &Tracker) -> Value {
    let cities = |role, group| -> Vec<&Value> {
        tracker.latest_entity_values("city", role, group).collect()
    };
    let last_user = tracker.last_event_for("user", &[], 0);
    let second_last = tracker.last_event_for("action", &["action_listen"], 1);
    let applied = tracker.applied_events().into_iter();
    let applied: Vec<_> = applied.filter_map(|event| event.get("event")).collect();
    json!({
        "sender_id": tracker.sender_id(),
        "slot": tracker.slot("name"),
        "slot_missing": tracker.slot("no_such_slot"),
        "slots": tracker.slots(),
        "entities_city": cities(None, None),
        "entities_city_from": cities(Some("from"), None),
        "entities_city_group": cities(None, Some("1")),
        "input_channel": tracker.latest_input_channel(),
        "paused": tracker.is_paused(),
        "idx_restart": tracker.idx_after_latest_restart(),
        "events_after_restart": tracker.events_after_latest_restart().len(),
        "active_loop_name": tracker.active_loop_name(),
        "active_form": tracker.active_loop(),
        "last_action_is_greet": tracker.last_executed_action_has("action_greet", 0),
        "last_action_skip1_is_greet": tracker.last_executed_action_has("action_greet", 1),
        "last_user_text": last_user.and_then(|event| event.get("text")),
        "second_last_action": second_last.and_then(|event| event.get("name")),
        "applied": applied,
        "slots_to_validate": tracker.slots_to_validate(),
        "intent": tracker.intent_of_latest_message(true),
        "intent_with_fallback": tracker.intent_of_latest_message(false),
        "latest_text": tracker.latest_message().get("text"),
        "latest_action_name": tracker.latest_action_name(),
        "followup_action": tracker.followup_action(),
        "stack": tracker.stack(),
        "user_id": tracker.user_id(),
        "copy_equal": tracker.clone() == *tracker,
    })
}
