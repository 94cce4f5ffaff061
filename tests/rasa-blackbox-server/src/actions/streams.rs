//! Streamed answers, valid and invalid ones.

use super::probe::Probe;
use super::values::{ATTACHMENT, IMAGE, buttons, elements, number};
use action_sdk::prelude::*;
use action_sdk::rasa::{Chunk, Events, RasaEvent, StreamError};
use action_sdk::serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

#[action(aliases = ["bb_stream5"])]
async fn bb_stream5(
    tracker: &Tracker,
    dispatcher: &CollectingDispatcher,
) -> Result<Events, StreamError> {
    let delay = Duration::from_millis(number(tracker.slots().get("delay_ms"), 0));
    dispatcher.stream_start().await?;
    for place in 0..5 {
        if place > 0 {
            sleep(delay).await;
        }
        dispatcher.stream_chunk(format!("tok{place} ")).await?;
    }
    dispatcher.stream_end().await?;
    Ok(RasaEvent::slot_set("streamed", 5).into())
}

#[action(aliases = ["bb_stream_rich"])]
async fn bb_stream_rich(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    dispatcher.stream_start().await?;
    for chunk in [
        Chunk::from("t"),
        Chunk::new().image(IMAGE),
        Chunk::new().json_message(json!({"a": [1, {"b": null}]})),
        Chunk::new().attachment(ATTACHMENT),
        Chunk::new().buttons(buttons()),
        Chunk::new().elements(elements()),
        Chunk::from("mix")
            .buttons(buttons())
            .image("https://example.org/m.png"),
        Chunk::from("extra")
            .extra("quick_replies", json!([{"t": 1}]))
            .extra("foo", "bar"),
        Chunk::from(""),
        Chunk::from("empties").json_message(json!({})),
        Chunk::new(),
    ] {
        dispatcher.stream_chunk(chunk).await?;
    }
    dispatcher.stream_end().await
}

#[action(aliases = ["bb_stream_no_end"])]
async fn bb_stream_no_end(dispatcher: &CollectingDispatcher) -> Result<Events, StreamError> {
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("one").await?;
    dispatcher.stream_chunk("two").await?;
    Ok(RasaEvent::slot_set("ended", false).into())
}

#[action(aliases = ["bb_stream_implicit"])]
async fn bb_stream_implicit(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    for chunk in ["one", "two"] {
        dispatcher.stream_chunk(chunk).await?;
        dispatcher.stream_end().await?;
    }
    Ok(())
}

#[action(aliases = ["bb_stream_two"])]
async fn bb_stream_two(dispatcher: &CollectingDispatcher) -> Result<Events, StreamError> {
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
    Ok(RasaEvent::slot_set("done", true).into())
}

#[action(aliases = ["bb_stream_empty"])]
async fn bb_stream_empty(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    dispatcher.stream_start().await?;
    dispatcher.stream_end().await
}

#[action(aliases = ["bb_stream_end_only"])]
async fn bb_stream_end_only(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    dispatcher.stream_end().await
}

#[action(aliases = ["bb_stream_restart"])]
async fn bb_stream_restart(dispatcher: &CollectingDispatcher) -> Result<(), StreamError> {
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("dropped on http").await?;
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("kept").await?;
    dispatcher.stream_end().await
}

#[action(aliases = ["bb_stream_error"])]
async fn bb_stream_error(dispatcher: &CollectingDispatcher) -> Result<(), ActionError> {
    begun(dispatcher).await?;
    Err(ActionError::failed("stream broke"))
}

#[action(aliases = ["bb_stream_reject"])]
async fn bb_stream_reject(dispatcher: &CollectingDispatcher) -> Result<(), ActionError> {
    begun(dispatcher).await?;
    Err(ActionError::rejected("not me"))
}

async fn begun(dispatcher: &CollectingDispatcher) -> Result<(), ActionError> {
    dispatcher
        .stream_start()
        .await
        .map_err(ActionError::caused_by)?;
    dispatcher
        .stream_chunk("one")
        .await
        .map_err(ActionError::caused_by)
}

#[action(aliases = ["bb_stream_forbidden"])]
async fn bb_stream_forbidden(dispatcher: &CollectingDispatcher) -> Events {
    let mut outcomes = Vec::new();
    for member in ["template", "response"] {
        let chunk = Chunk::from("x").extra(member, "utter_x");
        outcomes.push(match dispatcher.stream_chunk(chunk).await {
            Ok(()) => "taken",
            Err(_) => "refused",
        });
    }
    RasaEvent::slot_set("forbidden", outcomes).into()
}

#[action(aliases = ["bb_stream_slow"])]
async fn bb_stream_slow(
    tracker: &Tracker,
    dispatcher: &CollectingDispatcher,
    probe: Res<Probe>,
) -> Result<Events, StreamError> {
    let running = probe.begin(tracker);
    let delay = Duration::from_millis(number(tracker.slots().get("delay_ms"), 50));
    dispatcher.stream_start().await?;
    for place in 0..number(tracker.slots().get("chunks"), 20) {
        dispatcher.stream_chunk(format!("c{place} ")).await?;
        sleep(delay).await;
    }
    dispatcher.stream_end().await?;
    running.finish();
    dispatcher.utter_text("after stream");
    let cancelled = dispatcher.is_streaming_cancelled();
    Ok(RasaEvent::slot_set("cancelled", cancelled).into())
}

#[action(aliases = ["bb_stream_hang"])]
async fn bb_stream_hang(
    tracker: &Tracker,
    dispatcher: &CollectingDispatcher,
    probe: Res<Probe>,
) -> Result<Events, StreamError> {
    let running = probe.begin(tracker);
    dispatcher.stream_start().await?;
    dispatcher.stream_chunk("one").await?;
    dispatcher.stream_chunk("two").await?;
    sleep(Duration::from_millis(300)).await;
    dispatcher.stream_end().await?;
    sleep(Duration::from_secs(30)).await;
    running.finish();
    Ok(RasaEvent::slot_set("hung", true).into())
}
