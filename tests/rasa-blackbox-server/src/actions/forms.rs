//! Validation of slots, both of forms and without a form.

use action_sdk::prelude::*;
use action_sdk::rasa::{Events, Message, SlotValidation};
use action_sdk::serde_json::Value;

#[action(aliases = ["validate_bb_form"])]
async fn validate_bb_form(
    tracker: &Tracker,
    domain: &Domain,
    dispatcher: &CollectingDispatcher,
) -> Result<Events, ActionError> {
    let mut form = SlotValidation::of_form("bb_form", tracker, domain);
    while let Some(slot) = form.next_slot() {
        match (slot.name.as_str(), &slot.value) {
            ("age", value) => {
                let age = integer(value);
                if age.is_none() {
                    dispatcher.utter_text("age must be a number");
                }
                form.set("age", age);
            }
            ("full_name", value) => {
                let name = titled(value.as_str().unwrap_or_default());
                let first = name.split(' ').next().filter(|first| !first.is_empty());
                let first = first.ok_or_else(|| ActionError::failed("a name has a word in it"))?;
                form.set("first_name", first);
                form.set("full_name", name);
            }
            ("dash-ed", Value::String(text)) => form.set("dash-ed", format!("checked {text}")),
            ("dash-ed", value) => form.set("dash-ed", format!("checked {value}")),
            (_, _) => {}
        }
    }
    Ok(form.finish())
}

fn integer(value: &Value) -> Option<i64> {
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    let float = value.as_f64().map(|number| number.trunc() as i64);
    text.or(value.as_i64()).or(float)
}

/// The words, each with a capital letter, with single spaces between them.
fn titled(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(capitalised).collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut after_letter = false;
    let letter = |letter: char| {
        let written = match after_letter {
            true => letter.to_lowercase().to_string(),
            false => letter.to_uppercase().to_string(),
        };
        after_letter = letter.is_alphabetic();
        written
    };
    word.chars().map(letter).collect()
}

#[action(aliases = ["validate_bb_dyn_form"])]
async fn validate_bb_dyn_form(tracker: &Tracker, domain: &Domain) -> Events {
    let mut form = SlotValidation::of_form("bb_dyn_form", tracker, domain);
    if tracker.slots().get("wants_nickname") == Some(&Value::Bool(true)) {
        form.require("nickname");
    }
    form.require("mood");
    if tracker
        .latest_message_text()
        .is_some_and(|text| text.contains(":)"))
    {
        form.extract("mood", "happy");
    }
    while let Some(slot) = form.next_slot() {
        if let ("mood", Some(mood)) = (slot.name.as_str(), slot.value.as_str()) {
            form.set("mood", mood.to_uppercase());
        }
    }
    form.finish()
}

#[action(aliases = ["action_validate_slot_mappings"])]
async fn validate_slot_mappings(
    tracker: &Tracker,
    domain: &Domain,
    dispatcher: &CollectingDispatcher,
) -> Events {
    let mut slots = SlotValidation::of_global_slots(tracker, domain);
    if slots.requires("loud") {
        let text = tracker.latest_message_text().unwrap_or_default();
        slots.extract("loud", is_loud(text));
    }
    while let Some(slot) = slots.next_slot() {
        let is_known = matches!(slot.value.as_str(), Some("Paris" | "Rome"));
        if slot.name == "city" && !is_known {
            dispatcher.utter_message(Message::new().response("utter_wrong_city"));
            slots.set("city", Value::Null);
        }
    }
    slots.finish()
}

fn is_loud(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}
