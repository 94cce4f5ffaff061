//! Actions of the black-box suite, compared with recorded answers of the reference's servers.

use action_sdk::rasa::{
    Button, Chunk, CollectingDispatcher, Element, Message, StreamError, StreamEvent, Tracker,
};
use serde_json::{Map, Value, json};

use crate::read::{self, block_on, case, rows, with_doubles};

const IMAGE: &str = "https://example.org/i.png";
const ATTACHMENT: &str = "https://example.org/a.pdf";

fn buttons() -> [Button; 2] {
    [
        Button::new("Yes").payload("/affirm"),
        Button::new("No")
            .payload("/deny{\"why\": \"no\"}")
            .button_type("postback"),
    ]
}

fn card() -> Element {
    let go = Button::new("Go")
        .url("https://example.org")
        .button_type("web_url");
    Element::new("Card")
        .subtitle("Sub")
        .image_url("https://example.org/a.png")
        .button(go)
}

fn no_buttons() -> [Button; 0] {
    []
}

fn no_elements() -> [Element; 0] {
    []
}

fn responses(dispatcher: &CollectingDispatcher) -> Value {
    dispatcher.messages().iter().map(Message::to_json).collect()
}

#[track_caller]
fn check_state(id: &str) {
    let case = case(id);
    assert_eq!(
        read::tracker(&case["tracker"]).current_state(),
        case["custom"],
        "for {id}"
    );
}

#[test]
fn echoes_the_state() {
    check_state("http-minimal-tracker");
    check_state("http-null-members");
    check_state("http-sender-from-tracker");
}

#[test]
fn echoes_the_state_over_grpc_but_for_nulls() {
    let case = case("grpc-tracker-echo");
    assert_eq!(
        read::tracker(&case["tracker"]).current_state(),
        case["custom"]
    );
}

#[track_caller]
fn check_api(id: &str) {
    let case = case(id);
    let tracker = read::tracker(&case["tracker"]);
    let said: Map<String, Value> = api(&tracker).as_object().expect("an object").clone();
    for (name, value) in said {
        assert_eq!(value, case["custom"][&name], "{name} of {id}");
    }
}

fn api(tracker: &Tracker) -> Value {
    let cities = |role, group| {
        tracker
            .latest_entity_values("city", role, group)
            .collect::<Vec<_>>()
    };
    let applied: Vec<_> = tracker
        .applied_events()
        .iter()
        .map(|event| &event["event"])
        .collect();
    let last_user = tracker.last_event_for("user", &[], 0);
    json!({
        "sender_id": tracker.sender_id(), "slot": tracker.slot("name"), "slot_missing": tracker.slot("no_such_slot"),
        "slots": tracker.current_slot_values(), "entities_city": cities(None, None),
        "entities_city_from": cities(Some("from"), None), "entities_city_group": cities(None, Some("1")),
        "input_channel": tracker.latest_input_channel(), "paused": tracker.is_paused(),
        "idx_restart": tracker.idx_after_latest_restart(),
        "events_after_restart": tracker.events_after_latest_restart().len(),
        "active_loop_name": tracker.active_loop_name(), "active_form": tracker.active_loop(),
        "last_action_is_greet": tracker.last_executed_action_has("action_greet", 0),
        "last_action_skip1_is_greet": tracker.last_executed_action_has("action_greet", 1),
        "last_user_text": last_user.map(|event| &event["text"]),
        "second_last_action": tracker.last_event_for("action", &["action_listen"], 1).map(|event| &event["name"]),
        "applied": applied, "slots_to_validate": tracker.slots_to_validate(),
        "intent": tracker.intent_of_latest_message(true), "intent_with_fallback": tracker.intent_of_latest_message(false),
        "latest_text": tracker.latest_message_text(), "latest_action_name": tracker.latest_action_name(),
        "followup_action": tracker.followup_action(), "stack": tracker.stack(), "user_id": tracker.user_id(),
        "copy_equal": tracker.clone() == *tracker,
    })
}

#[test]
fn answers_every_question_about_the_tracker() {
    check_api("http-tracker-api-empty");
    check_api("http-active-form-alias");
    check_api("http-loop-full");
}

#[test]
#[allow(deprecated, reason = "`template` is part of the case")]
fn says_everything_that_can_be_said() {
    let all = Message::new()
        .text("all")
        .image(IMAGE)
        .json_message(json!({"a": 1}))
        .response("utter_all");
    let said = [
        Message::from("plain"),
        Message::new().image(IMAGE),
        Message::new().json_message(json!({"k": [1, 2.5, null, true, {"n": "x"}]})),
        Message::new()
            .response("utter_greet")
            .extra("name", "Ada")
            .extra("count", 3),
        Message::new().template("utter_old"),
        Message::new().attachment(ATTACHMENT),
        Message::new().text("choose").buttons(buttons()),
        Message::new().element(card()),
        all.attachment(ATTACHMENT)
            .buttons(buttons())
            .element(card())
            .extra("extra", json!({"nested": [1, {"z": null}]})),
        Message::new(),
        Message::from("positional".to_owned()),
        Message::new()
            .extra("custom", json!({"won": true}))
            .text("override")
            .extra("quick_replies", json!([{"t": 1}])),
        Message::new()
            .text("")
            .buttons(no_buttons())
            .elements(no_elements())
            .json_message(json!({})),
    ];
    let dispatcher = CollectingDispatcher::new();
    said.into_iter()
        .for_each(|message| dispatcher.utter_message(message));
    assert_eq!(
        with_doubles(&responses(&dispatcher)),
        case("grpc-utter-all")["responses"]
    );
}

#[test]
#[allow(deprecated, reason = "the deprecated helpers are what is tested")]
fn says_everything_by_the_deprecated_helpers() {
    let none = Map::new;
    let one = |name: &str, value: Value| Map::from_iter([(name.to_owned(), value)]);
    let dispatcher = CollectingDispatcher::new();
    dispatcher.utter_custom_message([card()], one("x", 1.into()));
    dispatcher.utter_elements([card()], none());
    dispatcher.utter_button_message("pick", buttons(), one("y", 2.into()));
    dispatcher.utter_attachment(ATTACHMENT, none());
    dispatcher.utter_button_template("utter_tpl", buttons(), one("z", 3.into()));
    dispatcher.utter_template("utter_tpl2", one("name", "Bo".into()));
    dispatcher.utter_custom_json(json!({"j": 1}), none());
    dispatcher.utter_image_url(IMAGE, none());
    assert_eq!(
        responses(&dispatcher),
        case("http-utter-deprecated")["responses"]
    );
}

type Streamed = Result<(), StreamError>;

async fn stream_rich(dispatcher: &CollectingDispatcher) -> Streamed {
    dispatcher.stream_start().await?;
    for chunk in [
        Chunk::from("t"),
        Chunk::new().image(IMAGE),
        Chunk::new().json_message(json!({"a": [1, {"b": null}]})),
        Chunk::new().attachment(ATTACHMENT),
        Chunk::new().buttons(buttons()),
        Chunk::new().element(card()),
        Chunk::new()
            .text("mix")
            .buttons(buttons())
            .image("https://example.org/m.png"),
        Chunk::new()
            .text("extra")
            .extra("quick_replies", json!([{"t": 1}]))
            .extra("foo", "bar"),
        Chunk::from(""),
        Chunk::from("empties")
            .buttons(no_buttons())
            .elements(no_elements())
            .json_message(json!({})),
        Chunk::new(),
    ] {
        dispatcher.stream_chunk(chunk).await?;
    }
    dispatcher.stream_end().await
}

async fn stream_two(dispatcher: &CollectingDispatcher) -> Streamed {
    dispatcher.utter_text("before");
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("a1").await?;
    dispatcher.utter_text("inside");
    dispatcher.stream_chunk("a2").await?;
    dispatcher.stream_end().await?;
    dispatcher.utter_text("between");
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("b1").await?;
    dispatcher.stream_end().await?;
    dispatcher.utter_text("after");
    Ok(())
}

async fn stream_implicit(dispatcher: &CollectingDispatcher) -> Streamed {
    dispatcher.stream_chunk("one").await?;
    dispatcher.stream_end().await?;
    dispatcher.stream_chunk("two").await?;
    dispatcher.stream_end().await
}

async fn stream_empty(dispatcher: &CollectingDispatcher) -> Streamed {
    dispatcher.stream_start().await?;
    dispatcher.stream_end().await
}

async fn stream_no_end(dispatcher: &CollectingDispatcher) -> Streamed {
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("one").await?;
    dispatcher.stream_chunk("two").await
}

/// Runs the action with a server that does not stream.
#[track_caller]
fn check_replayed(id: &str, action: impl AsyncFnOnce(&CollectingDispatcher) -> Streamed) {
    let dispatcher = CollectingDispatcher::new();
    let finished = block_on(async {
        action(&dispatcher)
            .await
            .expect("nothing can go wrong without a sink");
        dispatcher.finish().await
    });
    let finished: Value = finished.into_iter().map(Message::into_json).collect();
    assert_eq!(finished, case(id)["responses"], "for {id}");
}

/// Runs the action with a server that streams, and converts the result to the form of the gRPC recording.
#[track_caller]
fn check_streamed(id: &str, action: impl AsyncFnOnce(&CollectingDispatcher) -> Streamed) {
    let (sink, mut events) = tokio::sync::mpsc::channel(64);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    let finished = block_on(async {
        action(&dispatcher).await.expect("the reader is there");
        dispatcher.finish().await
    });
    let mut response_id = String::new();
    let mut seen = Vec::new();
    while let Ok(event) = events.try_recv() {
        seen.push(over_grpc(event, &mut response_id));
    }
    let finished: Value = finished.into_iter().map(Message::into_json).collect();
    assert_eq!(
        (Value::from(seen), finished),
        (case(id)["events"].clone(), case(id)["responses"].clone()),
        "for {id}"
    );
}

fn over_grpc(event: StreamEvent, response_id: &mut String) -> Value {
    match event {
        StreamEvent::Start { sequence } => {
            *response_id = format!("id{sequence}");
            json!({"chunk_start": {"response_id": response_id}})
        }
        StreamEvent::Chunk(chunk) => {
            let known = [
                "text",
                "image",
                "custom",
                "attachment",
                "buttons",
                "elements",
            ];
            let mut fields = with_doubles(&chunk.to_json());
            let members = fields.as_object_mut().expect("a chunk is an object");
            members.retain(|name, value| known.contains(&name.as_str()) && value != "");
            members.insert("response_id".to_owned(), response_id.as_str().into());
            json!({"chunk": fields})
        }
        StreamEvent::End { sequence } => {
            json!({"chunk_end": {"response_id": format!("id{sequence}")}})
        }
    }
}

#[test]
fn replays_streams_for_a_door_that_answers_once() {
    check_replayed("http-stream-rich", stream_rich);
    check_replayed("http-stream-two", stream_two);
    check_replayed("http-stream-no-end", stream_no_end);
}

#[test]
fn streams_to_a_door_that_can() {
    check_streamed("stream-stream-rich", stream_rich);
    check_streamed("stream-stream-two", stream_two);
    check_streamed("stream-stream-implicit", stream_implicit);
    check_streamed("stream-stream-empty", stream_empty);
    check_streamed("stream-stream-no-end", stream_no_end);
}

#[test]
fn the_recordings_are_not_empty() {
    assert!(rows(&case("http-stream-rich")["responses"]).len() == 11);
    assert!(rows(&case("stream-stream-two")["events"]).len() == 7);
}
