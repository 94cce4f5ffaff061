//! Values used by several actions.

use action_sdk::rasa::{Button, Element};
use action_sdk::serde_json::Value;

pub(crate) const IMAGE: &str = "https://example.org/i.png";
pub(crate) const ATTACHMENT: &str = "https://example.org/a.pdf";
pub(crate) const TIME: f64 = 1_700_000_000.25;

pub(crate) fn buttons() -> [Button; 2] {
    [
        Button::new("Yes").payload("/affirm"),
        Button::new("No")
            .payload(r#"/deny{"why": "no"}"#)
            .button_type("postback"),
    ]
}

pub(crate) fn elements() -> [Element; 1] {
    let go = Button::new("Go")
        .url("https://example.org")
        .button_type("web_url");
    [Element::new("Card")
        .subtitle("Sub")
        .image_url("https://example.org/a.png")
        .button(go)]
}

/// The number in a slot, or a default. Over gRPC all numbers are floats.
pub(crate) fn number(slot: Option<&Value>, otherwise: u64) -> u64 {
    let given = slot.and_then(|value| value.as_u64().or(value.as_f64().map(|value| value as u64)));
    given.unwrap_or(otherwise)
}
