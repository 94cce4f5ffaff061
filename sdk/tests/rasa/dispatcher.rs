//! The dispatcher compared with the reference's on random programs, and our additions.

use action_sdk::rasa::{Chunk, CollectingDispatcher, Message, StreamErrorKind, StreamEvent};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::read::{self, block_on, rows, text};

/// Runs a recorded program; returns how often a chunk was refused.
async fn run(ops: &Value, dispatcher: &CollectingDispatcher) -> usize {
    let mut refused = 0;
    for op in rows(ops) {
        let arguments = op[1].as_object().expect("arguments are an object");
        match text(&op[0]) {
            "utter" => dispatcher.utter_message(read::message(arguments)),
            "start" => dispatcher
                .stream_start()
                .await
                .expect("the reader is there"),
            "chunk" => {
                let kind = dispatcher
                    .stream_chunk(read::chunk(arguments))
                    .await
                    .map_err(|error| error.kind());
                refused += usize::from(kind == Err(StreamErrorKind::ForbiddenMember));
            }
            "end" => dispatcher.stream_end().await.expect("the reader is there"),
            "cancel" => dispatcher.cancel_stream(),
            other => panic!("there is no operation {other}"),
        }
    }
    refused
}

/// The recording of the reference, in its own form.
fn outcome(ops: &Value, dispatcher: &CollectingDispatcher) -> Value {
    block_on(async {
        let refused = run(ops, dispatcher).await;
        let said: Value = dispatcher.messages().iter().map(Message::to_json).collect();
        let (active, cancelled) = (
            dispatcher.is_streaming_active(),
            dispatcher.is_streaming_cancelled(),
        );
        let finished: Value = dispatcher
            .finish()
            .await
            .into_iter()
            .map(Message::into_json)
            .collect();
        json!({"said": said, "active": active, "cancelled": cancelled, "refused": refused, "finished": finished})
    })
}

fn in_its_words(event: StreamEvent) -> Value {
    match event {
        StreamEvent::Start { .. } => json!({"event": "stream_start"}),
        StreamEvent::End { .. } => json!({"event": "stream_end"}),
        StreamEvent::Chunk(chunk) => {
            let mut chunk = chunk.into_json();
            chunk["event"] = json!("stream_chunk");
            chunk
        }
    }
}

/// The recorded events without the ends of streams that were not open, which only the reference sends.
fn expected_events(recorded: &Value) -> Vec<Value> {
    let stray = |event: &Value| event["event"] == "stream_end" && event["was_open"] == false;
    let mut events: Vec<_> = rows(recorded)
        .iter()
        .filter(|event| !stray(event))
        .cloned()
        .collect();
    for event in &mut events {
        event
            .as_object_mut()
            .expect("an event is an object")
            .remove("was_open");
    }
    events
}

#[test]
fn programs_without_a_sink_end_as_in_the_reference() {
    for (row, recorded) in read::dispatchers().iter().enumerate() {
        let mut got = outcome(&recorded["ops"], &CollectingDispatcher::new());
        got["events"] = json!([]);
        assert_eq!(got, recorded["alone"], "row {row}: {}", recorded["ops"]);
    }
}

#[test]
fn programs_with_a_sink_end_as_in_the_reference() {
    for (row, recorded) in read::dispatchers().iter().enumerate() {
        let (sink, mut events) = mpsc::channel(64);
        let mut got = outcome(&recorded["ops"], &CollectingDispatcher::with_sink(sink));
        got["events"] = std::iter::from_fn(|| events.try_recv().ok())
            .map(in_its_words)
            .collect();
        let mut expected = recorded["with_sink"].clone();
        expected["events"] = expected_events(&expected["events"]).into();
        assert_eq!(got, expected, "row {row}: {}", recorded["ops"]);
    }
}

#[test]
fn a_refused_chunk_starts_nothing() {
    let (sink, mut events) = mpsc::channel(8);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    let error = block_on(
        dispatcher.stream_chunk(
            Chunk::from("x")
                .extra("template", "a")
                .extra("response", "b"),
        ),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "a stream chunk cannot have `response` and `template`, which Rasa fills in only at the end; use `utter_message` for it"
    );
    assert!(!dispatcher.is_streaming_active() && events.try_recv().is_err());
}

#[test]
fn a_refused_chunk_is_refused_after_an_interruption_too() {
    let dispatcher = CollectingDispatcher::new();
    dispatcher.cancel_stream();
    assert!(
        block_on(dispatcher.stream_chunk(Chunk::new().extra("response", Value::Null))).is_err()
    );
}

#[test]
fn take_messages_leaves_none() {
    let dispatcher = CollectingDispatcher::new();
    dispatcher.utter_message("a");
    assert_eq!(dispatcher.take_messages(), [Message::from("a")]);
    assert_eq!(dispatcher.messages(), []);
}

#[test]
fn clones_speak_into_the_same_answer() {
    let dispatcher = CollectingDispatcher::new();
    dispatcher.clone().utter_text("a");
    dispatcher.utter_message("b");
    assert_eq!(
        dispatcher.messages(),
        [Message::from("a"), Message::from("b")]
    );
}

#[test]
fn a_reader_that_is_gone_is_an_error_but_not_at_the_end() {
    let (sink, events) = mpsc::channel(8);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    dispatcher.utter_text("said");
    block_on(dispatcher.stream_start()).unwrap();
    drop(events);
    let error = block_on(dispatcher.stream_chunk("x")).unwrap_err();
    assert_eq!(error.kind(), StreamErrorKind::SinkClosed);
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(block_on(dispatcher.finish()), [Message::from("said")]);
}

#[test]
fn streams_are_counted() {
    let (sink, mut events) = mpsc::channel(8);
    let dispatcher = CollectingDispatcher::with_sink(sink);
    block_on(async {
        dispatcher.stream_start().await.unwrap();
        dispatcher.stream_start().await.unwrap();
        dispatcher.stream_end().await.unwrap();
    });
    let seen: Vec<_> = std::iter::from_fn(|| events.try_recv().ok()).collect();
    let (first, second) = (
        StreamEvent::Start { sequence: 1 },
        StreamEvent::Start { sequence: 2 },
    );
    assert_eq!(seen, [first, second, StreamEvent::End { sequence: 2 }]);
}

#[test]
fn extra_members_win_whichever_came_first() {
    let message = Message::new().extra("text", "extra").text("text");
    assert_eq!(
        (message.as_text(), &message.to_json()["text"]),
        (Some("extra"), &json!("extra"))
    );
}

#[test]
#[allow(deprecated, reason = "the old parameter is what is tested")]
fn a_response_wins_over_a_template() {
    let response = |message: Message| message.as_response().map(str::to_owned);
    assert_eq!(
        response(Message::new().template("old").response("new")).as_deref(),
        Some("new")
    );
    assert_eq!(
        response(Message::new().response("new").template("old")).as_deref(),
        Some("new")
    );
    assert_eq!(
        response(Message::new().template("old").response("")).as_deref(),
        Some("old")
    );
}

#[test]
fn is_written_like_its_json() {
    let message = Message::from("a").extra("custom", 1).extra("tone", "calm");
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        message.to_json().to_string()
    );
    let chunk = Chunk::from("a").extra("text", "b").extra("tone", "calm");
    assert_eq!(
        serde_json::to_string(&chunk).unwrap(),
        chunk.to_json().to_string()
    );
}
