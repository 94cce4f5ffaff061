//! Validation of slots: what is looked at, in which order, and what is answered.

use action_sdk::rasa::{Domain, Events, RasaEvent, SlotValidation, Tracker};
use serde_json::{Value, json};

fn domain() -> Domain {
    let domain = json!({
        "slots": {"age": {}, "city": {}, "loud": {"mappings": [{"conditions": [{"active_loop": "form"}]}]}},
        "forms": {"form": {"required_slots": ["age", "city"]}},
    });
    Domain::from_json(domain).expect("it is a domain")
}

/// A conversation in which these slots were just filled.
fn filled<const N: usize>(slots: [(&str, Value); N]) -> Tracker {
    let before = Tracker::new("u").with_event(RasaEvent::action_executed("action_listen"));
    slots.into_iter().fold(before, |tracker, (name, value)| {
        let tracker = tracker.with_slot(name, value.clone());
        tracker.with_event(RasaEvent::slot_set(name, value))
    })
}

fn of_form(tracker: &Tracker) -> SlotValidation {
    SlotValidation::of_form("form", tracker, &domain())
}

#[track_caller]
fn check<const N: usize>(events: Events, expected: [(&str, Value); N]) {
    let found = events.into_json().into_iter();
    let found: Vec<_> = found
        .map(|event| {
            (
                event["name"].as_str().unwrap().to_owned(),
                event["value"].clone(),
            )
        })
        .collect();
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(found, expected);
}

#[test]
fn a_value_of_which_nothing_is_said_stays() {
    let form = of_form(&filled([("city", json!("Rome")), ("age", json!(7))]));
    check(form.finish(), [("city", json!("Rome")), ("age", json!(7))]);
}

#[test]
fn slots_of_another_form_are_left_out() {
    let mut form = of_form(&filled([("loud", json!(true)), ("age", json!(7))]));
    assert_eq!(
        form.next_slot().map(|slot| slot.name).as_deref(),
        Some("age")
    );
    assert_eq!(form.next_slot(), None);
    check(form.finish(), [("age", json!(7))]);
}

#[test]
fn what_is_set_keeps_its_place_and_others_come_last() {
    let mut form = of_form(&filled([("age", json!("x")), ("city", json!("Rome"))]));
    form.set("age", Value::Null);
    form.set("country", "Italy");
    let expected = [
        ("age", Value::Null),
        ("city", json!("Rome")),
        ("country", json!("Italy")),
    ];
    check(form.finish(), expected);
}

#[test]
fn a_value_set_for_a_later_slot_does_not_change_what_that_slot_came_with() {
    let mut form = of_form(&filled([("age", json!(1)), ("city", json!("Rome"))]));
    form.next_slot();
    form.set("city", "Oslo");
    assert_eq!(form.next_slot().map(|slot| slot.value), Some(json!("Rome")));
    assert_eq!(form.tracker().slot("city"), Some(&json!("Oslo")));
    check(form.finish(), [("age", json!(1)), ("city", json!("Oslo"))]);
}

#[test]
fn what_is_extracted_is_validated_too() {
    let mut form = of_form(&filled([("age", json!(1))]));
    form.extract("city", "Rome");
    assert_eq!(form.tracker().slot("city"), Some(&json!("Rome")));
    form.next_slot();
    assert_eq!(
        form.next_slot().map(|slot| slot.name).as_deref(),
        Some("city")
    );
}

#[test]
fn what_is_extracted_for_no_required_slot_is_not_answered() {
    let mut form = of_form(&filled([]));
    form.extract("mood", "happy");
    check(form.finish(), []);
}

#[test]
fn what_is_extracted_late_is_set() {
    let mut form = of_form(&filled([]));
    assert_eq!(form.next_slot(), None);
    form.extract("mood", "happy");
    check(form.finish(), [("mood", json!("happy"))]);
}

#[test]
fn a_form_with_slots_of_its_own_asks_for_the_first_empty_one() {
    let mut form = of_form(&filled([("age", json!(7)), ("city", json!("Rome"))]));
    form.require("nickname");
    form.require("nickname");
    let expected = [
        ("age", json!(7)),
        ("city", json!("Rome")),
        ("requested_slot", json!("nickname")),
    ];
    check(form.finish(), expected);
}

#[test]
fn a_form_with_nothing_left_to_ask_is_done() {
    let mut form = of_form(&filled([("age", json!(7))]));
    form.set_required_slots(["age"]);
    check(
        form.finish(),
        [("age", json!(7)), ("requested_slot", Value::Null)],
    );
}

#[test]
fn a_form_that_is_not_in_the_domain_has_no_slots() {
    let form = SlotValidation::of_form("other", &filled([("age", json!(7))]), &domain());
    check(form.finish(), []);
}

#[test]
fn slots_that_no_form_fills_ask_for_nothing() {
    let tracker = filled([("loud", json!(true)), ("city", json!("Rome"))]);
    let mut slots = SlotValidation::of_global_slots(&tracker, &domain());
    assert_eq!(slots.required_slots(), ["age", "city"]);
    slots.require("other");
    check(slots.finish(), [("city", json!("Rome"))]);
}

#[test]
fn the_action_s_tracker_stays_as_it_is() {
    let tracker = filled([("age", json!(7))]);
    let mut form = of_form(&tracker);
    form.set("age", 8);
    assert_eq!(tracker.slot("age"), Some(&json!(7)));
}

#[test]
fn rasa_s_data_can_be_read_by_serde() {
    let tracker: Tracker = serde_json::from_str(r#"{"sender_id": "u"}"#).expect("it is a tracker");
    assert_eq!(tracker.sender_id(), "u");
    let error = serde_json::from_str::<Tracker>(r#"{"slots": {}}"#).expect_err("nobody is there");
    assert!(error.to_string().contains("sender_id"), "{error}");
    let again: Domain = serde_json::from_value(json!(domain())).expect("it was a domain");
    assert_eq!(again, domain());
}
