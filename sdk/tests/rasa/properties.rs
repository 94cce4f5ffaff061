//! For any JSON: nothing panics, and what is kept is written back unchanged.

use action_sdk::rasa::{Domain, Message, RasaEvent, Tracker};
use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Names with a meaning, so that random objects are often nearly valid.
const NAMES: [&str; 36] = [
    "sender_id",
    "slots",
    "latest_message",
    "events",
    "paused",
    "followup_action",
    "active_loop",
    "active_form",
    "stack",
    "user_id",
    "event",
    "name",
    "value",
    "entities",
    "entity",
    "role",
    "group",
    "intent_ranking",
    "timestamp",
    "input_channel",
    "parse_data",
    "metadata",
    "forms",
    "required_slots",
    "mappings",
    "conditions",
    "intents",
    "responses",
    "session_config",
    "text",
    "buttons",
    "elements",
    "custom",
    "template",
    "response",
    "f",
];
const TEXTS: [&str; 10] = [
    "",
    "slot",
    "user",
    "action",
    "undo",
    "rewind",
    "restart",
    "action_listen",
    "nlu_fallback",
    "f",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![8 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(&TEXTS[..]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            object_of(inner)
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    hash_map(name(), value, 0..8).prop_map(|members| members.into_iter().collect())
}

/// An object with members of the right names and types, and arbitrary contents.
fn state() -> impl Strategy<Value = Value> {
    let event = object_of(json());
    (object_of(json()), object_of(json()), vec(prop_oneof![4 => event, 1 => json()], 0..12)).prop_map(
        |(slots, latest_message, events)| json!({"sender_id": "u", "slots": slots, "latest_message": latest_message, "events": events}),
    )
}

fn ask_everything(tracker: &Tracker) -> usize {
    let texts = [
        tracker.latest_message_text(),
        tracker.latest_input_channel(),
        tracker.active_loop_name(),
    ];
    let intents = [
        tracker.intent_of_latest_message(true),
        tracker.intent_of_latest_message(false),
    ];
    let entities = tracker
        .latest_entity_values("f", None, None)
        .chain(tracker.latest_entity_values("f", Some("f"), Some("f")));
    let typed = [
        tracker.slot_as::<u8>("f").is_ok(),
        tracker.slot_as::<Vec<i64>>("name").is_ok(),
    ];
    let last = [
        tracker.last_event_for("action", &["f"], 1),
        tracker.last_event_for("slot", &[], 0),
    ];
    texts.iter().chain(&intents).flatten().count()
        + entities.count()
        + typed
            .iter()
            .chain(&[tracker.last_executed_action_has("f", 0)])
            .filter(|yes| **yes)
            .count()
        + last.iter().flatten().count()
        + tracker.slots_to_validate().len()
        + tracker.events_after_latest_restart().len()
}

fn ask_everything_of(domain: &Domain) -> usize {
    let names = [
        domain.intents().count(),
        domain.entities().count(),
        domain.actions().count(),
        domain.e2e_actions().count(),
    ];
    let slots = domain.slots().flat_map(|slot| slot.mappings());
    let mappings = slots.map(|mapping| {
        mapping.active_loops().count() + mapping.intents().count() + mapping.not_intents().count()
    });
    let forms = domain
        .forms()
        .map(|form| domain.required_slots_of_form(form).count());
    let responses = domain.responses().map(|name| domain.response(name).len());
    names.iter().sum::<usize>()
        + mappings.sum::<usize>()
        + forms.sum::<usize>()
        + responses.sum::<usize>()
        + domain.global_slots().count()
}

proptest! {
    #[test]
    fn any_json_is_a_tracker_or_an_error(value in json()) {
        let is_tracker = Tracker::from_json(value.clone()).inspect(|tracker| { ask_everything(tracker); }).is_ok();
        prop_assert!(!is_tracker || value.get("sender_id").is_some());
    }

    #[test]
    fn a_tracker_answers_whatever_its_history_holds(state in state()) {
        let tracker = Tracker::from_json(state.clone()).expect("the members have the right types");
        ask_everything(&tracker);
        prop_assert!(tracker.applied_events().len() <= tracker.events().len());
        let echoed = tracker.current_state();
        prop_assert_eq!((&echoed["events"], &echoed["slots"]), (&state["events"], &state["slots"]));
    }

    #[test]
    fn any_object_is_a_domain_and_is_kept(value in json()) {
        let domain = Domain::from_json(value.clone());
        prop_assert_eq!(domain.is_ok(), value.is_object());
        if let Ok(domain) = domain {
            ask_everything_of(&domain);
            prop_assert_eq!(domain.to_json(), value);
        }
    }

    #[test]
    fn an_event_is_an_object_with_a_name_and_is_kept(value in json()) {
        let has_name = value.get("event").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
        let event = RasaEvent::raw(value.clone());
        prop_assert_eq!(event.is_ok(), has_name);
        if let Ok(event) = event {
            prop_assert!(event.problems().iter().all(|problem| !problem.to_string().is_empty()));
            prop_assert_eq!(event.into_json(), value);
        }
    }

    #[test]
    fn a_message_survives_the_way_out_and_in(value in object_of(json())) {
        let message = Message::from_json(value.clone()).expect("an object");
        let json = message.to_json();
        for (name, member) in value.as_object().expect("an object") {
            prop_assert_eq!(&json[name], member);
        }
        prop_assert_eq!(serde_json::to_string(&message).unwrap(), json.to_string());
        prop_assert_eq!(Message::from_json(json.clone()).unwrap().into_json(), json);
        prop_assert_eq!(Message::from_json(value).unwrap(), message);
    }
}
