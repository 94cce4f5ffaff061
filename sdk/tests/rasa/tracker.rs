//! The tracker compared with the reference's answers on random histories, and its validation.

use action_sdk::rasa::{RasaEvent, RasaJsonErrorKind, Tracker};
use serde_json::{Value, json};

use crate::read::{self, rows, text};

/// Compares a query on each recorded tracker with the reference's answer of this name.
#[track_caller]
fn check(answer: &str, ask: impl Fn(&Tracker) -> Value) {
    for (row, recorded) in read::trackers().iter().enumerate() {
        let tracker = read::tracker(&recorded["state"]);
        assert_eq!(
            ask(&tracker),
            recorded["answers"][answer],
            "{answer} of row {row}: {}",
            recorded["state"]
        );
    }
}

/// Compares a query for each of the recorded combinations of arguments, which are stored next to the answer.
#[track_caller]
fn check_each(answer: &str, member: &str, ask: impl Fn(&Tracker, &Value) -> Value) {
    for (row, recorded) in read::trackers().iter().enumerate() {
        let tracker = read::tracker(&recorded["state"]);
        for question in rows(&recorded["answers"][answer]) {
            let context = format!("{answer} of row {row}: {question} of {}", recorded["state"]);
            assert_eq!(ask(&tracker, question), question[member], "{context}");
        }
    }
}

/// Adds the recorded events and compares the results.
#[track_caller]
fn check_added(answer: &str, ask: impl Fn(&Tracker, &Tracker) -> Value) {
    for (row, recorded) in read::trackers().iter().enumerate() {
        let before = read::tracker(&recorded["state"]);
        let mut after = before.clone();
        let added = &recorded["answers"]["add_slots"];
        after.add_slots(read::events(&added["events"]));
        assert_eq!(
            ask(&after, &before),
            added[answer],
            "{answer} of row {row}: {}",
            recorded["state"]
        );
    }
}

fn pairs(slots: &serde_json::Map<String, Value>) -> Value {
    slots
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect()
}

fn skip(question: &Value) -> usize {
    question["skip"]
        .as_u64()
        .and_then(|skip| skip.try_into().ok())
        .expect("a small number")
}

#[test]
fn current_state_agrees() {
    check("current_state", Tracker::current_state);
}

#[test]
fn current_slot_values_agree() {
    check("current_slot_values", |tracker| {
        tracker.current_slot_values().clone().into()
    });
}

#[test]
fn slots_agree() {
    let names = ["city", "age", "name"];
    check("slots", |tracker| {
        names
            .iter()
            .map(|name| ((*name).to_owned(), json!(tracker.slot(name))))
            .collect()
    });
}

#[test]
fn latest_input_channel_agrees() {
    check("latest_input_channel", |tracker| {
        tracker.latest_input_channel().into()
    });
}

#[test]
fn is_paused_agrees() {
    check("is_paused", |tracker| tracker.is_paused().into());
}

#[test]
fn followup_action_agrees() {
    check("followup_action", |tracker| {
        tracker.followup_action().into()
    });
}

#[test]
fn idx_after_latest_restart_agrees() {
    check("idx_after_latest_restart", |tracker| {
        tracker.idx_after_latest_restart().into()
    });
}

#[test]
fn events_after_latest_restart_agree() {
    check("events_after_latest_restart", |tracker| {
        tracker.events_after_latest_restart().into()
    });
}

#[test]
fn active_loop_name_agrees() {
    check("active_loop_name", |tracker| {
        tracker.active_loop_name().into()
    });
}

#[test]
fn applied_events_agree() {
    check("applied_events", |tracker| {
        tracker.applied_events().into_iter().cloned().collect()
    });
}

#[test]
fn slots_to_validate_agree_in_order_too() {
    check("slots_to_validate", |tracker| {
        pairs(&tracker.slots_to_validate())
    });
}

#[test]
fn intent_of_latest_message_agrees() {
    check("intent", |tracker| {
        tracker.intent_of_latest_message(true).into()
    });
    check("intent_with_fallback", |tracker| {
        tracker.intent_of_latest_message(false).into()
    });
}

#[test]
fn latest_entity_values_agree() {
    check_each("entities", "are", |tracker, question| {
        let (role, group) = (question["role"].as_str(), question["group"].as_str());
        tracker
            .latest_entity_values(text(&question["type"]), role, group)
            .cloned()
            .collect()
    });
}

#[test]
fn last_event_for_agrees() {
    check_each("last_event_for", "is", |tracker, question| {
        let exclude: Vec<_> = rows(&question["exclude"]).iter().map(text).collect();
        tracker
            .last_event_for(text(&question["type"]), &exclude, skip(question))
            .cloned()
            .into()
    });
}

#[test]
fn last_executed_action_has_agrees() {
    check_each("last_executed_action_has", "is", |tracker, question| {
        tracker
            .last_executed_action_has(text(&question["name"]), skip(question))
            .into()
    });
}

#[test]
fn add_slots_sets_the_same_slots() {
    check_added("slots", |after, _| after.slots().clone().into());
}

#[test]
fn add_slots_appends_the_same_events() {
    check_added("history", |after, _| after.events().into());
}

#[test]
fn added_slots_are_to_be_validated() {
    check_added("slots_to_validate", |after, _| {
        pairs(&after.slots_to_validate())
    });
}

#[test]
fn a_copy_with_added_slots_is_another_tracker() {
    check_added("equals_copy", |after, before| (after == before).into());
}

#[test]
fn equality_is_sender_and_events_only() {
    let one = Tracker::new("u")
        .with_event(RasaEvent::restarted())
        .with_slot("a", 1)
        .with_paused(true);
    assert_eq!(one, Tracker::new("u").with_event(RasaEvent::restarted()));
    assert_ne!(
        one,
        Tracker::new("other").with_event(RasaEvent::restarted())
    );
    assert_ne!(one, Tracker::new("u"));
}

#[test]
fn a_clone_keeps_its_slots_and_events() {
    let mut one = Tracker::new("u").with_slot("city", "Rome");
    let other = one.clone();
    one.add_slots([RasaEvent::slot_set("city", "Oslo")]);
    assert_eq!(
        (&one.slots()["city"], one.events().len()),
        (&json!("Oslo"), 1)
    );
    assert_eq!(
        (&other.slots()["city"], other.events().len()),
        (&json!("Rome"), 0)
    );
}

#[test]
fn deferred_events_are_not_decoded_for_slots_and_messages() {
    let tracker = Tracker::new("u").with_slot("a", 1).with_text("hi");
    let tracker = tracker.with_deferred_events(|| panic!("nobody has asked for the events"));
    assert_eq!(
        (tracker.slot("a").unwrap(), tracker.latest_message_text()),
        (&json!(1), Some("hi"))
    );
}

#[test]
fn added_slots_follow_deferred_events() {
    let mut tracker = Tracker::new("u").with_deferred_events(|| vec![json!({"event": "restart"})]);
    tracker.add_slots([RasaEvent::slot_set("a", 1)]);
    let names: Vec<_> = tracker
        .events()
        .iter()
        .map(|event| text(&event["event"]))
        .collect();
    assert_eq!(names, ["restart", "slot"]);
}

#[test]
fn null_members_are_given_back_as_null() {
    let members = [
        "slots",
        "paused",
        "active_loop",
        "latest_action_name",
        "user_id",
    ];
    let mut state = json!({"sender_id": null, "latest_message": null, "events": null, "stack": null, "followup_action": null});
    for member in members {
        state[member] = Value::Null;
    }
    let tracker = read::tracker(&state);
    for member in members {
        assert!(tracker.current_state()[member].is_null(), "for {member}");
    }
    assert!(tracker.slots().is_empty() && tracker.active_loop().is_none() && !tracker.is_paused());
    assert_eq!(
        (
            tracker.sender_id(),
            tracker.stack().len(),
            tracker.latest_message().len()
        ),
        ("", 0, 0)
    );
}

#[track_caller]
fn check_refused(state: Value, kind: RasaJsonErrorKind, message: &str) {
    let error = Tracker::from_json(state).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}

#[test]
fn a_tracker_is_an_object() {
    let message =
        "a tracker must be a JSON object, but this is a list; hand over the object itself";
    check_refused(json!([]), RasaJsonErrorKind::NotAnObject, message);
}

#[test]
fn a_tracker_has_a_sender() {
    let message = "a tracker needs a member `sender_id`, but there is none; add it";
    check_refused(json!({}), RasaJsonErrorKind::MissingMember, message);
}

#[test]
fn members_are_of_rasas_types() {
    let names = [
        "slots",
        "latest_message",
        "events",
        "paused",
        "followup_action",
        "active_loop",
        "active_form",
        "latest_action_name",
        "stack",
        "user_id",
    ];
    for name in names {
        let error = Tracker::from_json(json!({"sender_id": "u", name: 7})).unwrap_err();
        assert_eq!(
            (error.kind(), error.member()),
            (RasaJsonErrorKind::WrongType, Some(name))
        );
    }
}

#[test]
fn entries_that_are_no_events_are_passed_over() {
    let odd = json!([7, null, "restart", [], {"event": 5}, {"name": "x"}, {"event": "slot"}, {"event": "slot", "name": 1}]);
    let tracker = read::tracker(&json!({"sender_id": "u", "events": odd}));
    assert_eq!(tracker.events().len(), 8);
    assert_eq!(
        (
            tracker.idx_after_latest_restart(),
            tracker.applied_events().len()
        ),
        (0, 8)
    );
    assert!(tracker.slots_to_validate().is_empty());
}

#[test]
fn whole_doubles_are_read_as_integers() {
    let tracker = Tracker::new("u")
        .with_slot("n", 2.0)
        .with_slot("list", json!([{"k": 3.0}, 0.5]))
        .with_slot("x", 2.5);
    assert_eq!(tracker.slot_as::<u8>("n").unwrap(), Some(2));
    assert_eq!(tracker.slot_as::<f64>("n").unwrap(), Some(2.0));
    assert_eq!(
        tracker
            .slot_as::<(std::collections::HashMap<String, i64>, f32)>("list")
            .unwrap()
            .unwrap()
            .0["k"],
        3
    );
    assert!(tracker.slot_as::<u8>("x").is_err());
}

#[test]
fn a_null_slot_is_no_value_of_a_type() {
    assert_eq!(
        Tracker::new("u")
            .with_slot("n", Value::Null)
            .slot_as::<u8>("n")
            .unwrap(),
        None
    );
}
