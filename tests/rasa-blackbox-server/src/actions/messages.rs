//! Messages: all members, all helpers, unusual characters.

use super::values::{ATTACHMENT, IMAGE, buttons, elements, number};
use action_sdk::prelude::*;
use action_sdk::rasa::{Events, Message, RasaEvent};
use action_sdk::serde_json::{Value, json};

const UNICODE: &str =
    "Zażółć gęślą jaźń — 你好, עולם 😀 e\u{301} \u{2028} \" \\ / </script> \t\n\r \u{1} \u{7f}";

#[action(aliases = ["bb_greet"])]
async fn bb_greet(name: Option<&str>, dispatcher: &CollectingDispatcher) -> Events {
    let who = name.filter(|name| !name.is_empty()).unwrap_or("stranger");
    dispatcher.utter_text(format!("Hello, {who}!"));
    RasaEvent::slot_set("greeted", true).into()
}

#[action(aliases = ["bb_noop"])]
async fn bb_noop() {}

#[action(aliases = ["bb_sync"], blocking)]
fn bb_sync(dispatcher: &CollectingDispatcher) -> Events {
    dispatcher.utter_text("sync");
    RasaEvent::slot_set("sync", true).into()
}

#[action(aliases = ["bb_utter_all"])]
async fn bb_utter_all(dispatcher: &CollectingDispatcher) {
    #[expect(deprecated, reason = "the old parameter is one of the forms")]
    let old = Message::new().template("utter_old");
    let all = Message::new()
        .text("all")
        .image(IMAGE)
        .json_message(json!({"a": 1}))
        .response("utter_all")
        .attachment(ATTACHMENT)
        .buttons(buttons())
        .elements(elements())
        .extra("extra", json!({"nested": [1, {"z": null}]}));
    let overridden = Message::from("override")
        .extra("custom", json!({"won": true}))
        .extra("quick_replies", json!([{"t": 1}]));
    let empty = Message::from("")
        .buttons(buttons().into_iter().take(0))
        .json_message(json!({}));
    for message in [
        Message::from("plain"),
        Message::new().image(IMAGE),
        Message::new().json_message(json!({"k": [1, 2.5, null, true, {"n": "x"}]})),
        Message::new()
            .response("utter_greet")
            .extra("name", "Ada")
            .extra("count", 3),
        old,
        Message::new().attachment(ATTACHMENT),
        Message::from("choose").buttons(buttons()),
        Message::new().elements(elements()),
        all,
        Message::new(),
        Message::from("positional"),
        overridden,
        empty,
    ] {
        dispatcher.utter_message(message);
    }
}

#[action(aliases = ["bb_utter_deprecated"])]
#[expect(deprecated, reason = "the old helpers are what it shows")]
async fn bb_utter_deprecated(dispatcher: &CollectingDispatcher) {
    let extra = |name: &str, value: Value| Map::from_iter([(name.to_owned(), value)]);
    dispatcher.utter_custom_message(elements(), extra("x", json!(1)));
    dispatcher.utter_elements(elements(), Map::new());
    dispatcher.utter_button_message("pick", buttons(), extra("y", json!(2)));
    dispatcher.utter_attachment(ATTACHMENT, Map::new());
    dispatcher.utter_button_template("utter_tpl", buttons(), extra("z", json!(3)));
    dispatcher.utter_template("utter_tpl2", extra("name", json!("Bo")));
    dispatcher.utter_custom_json(json!({"j": 1}), Map::new());
    dispatcher.utter_image_url(IMAGE, Map::new());
}

#[action(aliases = ["bb_unicode"])]
async fn bb_unicode(
    #[arg(rename = "in")] given: Option<Value>,
    dispatcher: &CollectingDispatcher,
) -> Events {
    let message = Message::from(UNICODE).json_message(json!({"ключ": "значение"}));
    dispatcher.utter_message(message);
    RasaEvent::slot_set("naïve", given).into()
}

#[action(aliases = ["bb_large"])]
async fn bb_large(tracker: &Tracker, dispatcher: &CollectingDispatcher) -> Events {
    let slots = tracker.slots();
    let size = number(slots.get("size"), 1000);
    dispatcher.utter_text("x".repeat(usize::try_from(size).unwrap_or_default()));
    let count = number(slots.get("count"), 0);
    let slot = |place| RasaEvent::slot_set(format!("s{place}"), place);
    (0..count).map(slot).collect()
}
