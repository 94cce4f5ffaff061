//! Rasa over gRPC: calls, streams, interruptions, clients that go, limits.

use crate::actions::{SECRET, State, reaches, release};
use crate::client::{Running, start};
use crate::h2_client::proto::webhook_stream_event::Event;
use crate::h2_client::proto::{
    ActionsResponse, Empty, StreamChunkAck, Tracker, WebhookRequest, WebhookResponse,
    WebhookStreamEvent,
};
use crate::h2_client::{
    ACK, ACTIONS, Grpc, HEALTH_CHECK, HEALTH_WATCH, REFLECTION, Reply, STREAM, WEBHOOK, frame,
    framed,
};
use action_sdk_action_server::{Limits, ServerOptions};
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use std::io::Write;
use std::time::Duration;
use tokio::task::JoinSet;

fn string(text: &str) -> Value {
    let kind = Kind::StringValue(text.to_owned());
    Value { kind: Some(kind) }
}

fn request(action: &str, slot: &str, value: Value) -> WebhookRequest {
    let mut slots = Struct::default();
    slots.fields.insert(slot.to_owned(), value);
    WebhookRequest {
        next_action: action.to_owned(),
        tracker: Some(Tracker {
            sender_id: "u".to_owned(),
            slots: Some(slots),
            ..Tracker::default()
        }),
        ..WebhookRequest::default()
    }
}

/// A request for an action that waits for its key.
fn keyed(action: &str, key: &str) -> WebhookRequest {
    request(action, "key", string(key))
}

async fn limited(limits: Limits) -> Running {
    start(ServerOptions::new().limits(limits)).await
}

async fn next(reply: &mut Reply) -> Option<Event> {
    reply.next::<WebhookStreamEvent>().await?.event
}

async fn chunk(reply: &mut Reply) -> String {
    match next(reply).await {
        Some(Event::Chunk(chunk)) => chunk.text,
        other => panic!("no chunk: {other:?}"),
    }
}

async fn started(reply: &mut Reply) -> String {
    match next(reply).await {
        Some(Event::ChunkStart(start)) => start.response_id,
        other => panic!("no start: {other:?}"),
    }
}

/// The name of the slot in the result, which is the last event.
async fn finished(reply: &mut Reply) -> Option<Value> {
    let Some(Event::FinalResult(result)) = next(reply).await else {
        panic!("no result");
    };
    assert!(next(reply).await.is_none());
    assert_eq!(reply.status().await, 0);
    result.events.first()?.fields.get("name").cloned()
}

#[tokio::test]
async fn a_call_has_its_result() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let greet = request("greet", "name", string("Ada"));
    let answer: WebhookResponse = client.call(WEBHOOK, &greet).await;
    assert_eq!(answer.responses[0].fields["text"], string("Hello, Ada!"));
    assert_eq!(answer.events[0].fields["value"], string("Ada"));
    let listed: ActionsResponse = client.call(ACTIONS, &Empty::default()).await;
    assert!(
        listed
            .actions
            .iter()
            .any(|action| action.fields["name"] == string("greet"))
    );
}

#[tokio::test]
async fn chunks_come_while_the_action_runs() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(STREAM, &keyed("stream", "grpc streams")).await;
    started(&mut reply).await;
    assert_eq!(chunk(&mut reply).await, "one");
    reaches("grpc streams", State::Running).await;
    release("grpc streams");
    assert_eq!(chunk(&mut reply).await, "two");
    assert!(matches!(next(&mut reply).await, Some(Event::ChunkEnd(_))));
    assert_eq!(finished(&mut reply).await, Some(string("streamed")));
}

#[tokio::test]
async fn an_interruption_reaches_the_action_at_once() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(STREAM, &keyed("listen", "grpc listens")).await;
    let response_id = started(&mut reply).await;
    assert_eq!(chunk(&mut reply).await, "one");
    let _: Empty = client.call(ACK, &StreamChunkAck { response_id }).await;
    assert_eq!(finished(&mut reply).await, Some(string("interrupted")));
}

#[tokio::test]
async fn an_action_that_does_not_listen_is_cancelled_in_time() {
    let limits = Limits::new().barge_in_time(Duration::from_millis(20));
    let server = limited(limits).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(STREAM, &keyed("stream", "grpc deaf")).await;
    let response_id = started(&mut reply).await;
    reaches("grpc deaf", State::Running).await;
    let _: Empty = client.call(ACK, &StreamChunkAck { response_id }).await;
    reaches("grpc deaf", State::Cancelled).await;
    while let Some(event) = next(&mut reply).await {
        assert!(!matches!(event, Event::ChunkEnd(_)));
    }
    assert_eq!(reply.status().await, 0);
}

#[tokio::test]
async fn interrupting_what_is_not_there_does_nothing() {
    let server = start(ServerOptions::new()).await;
    let ack = StreamChunkAck {
        response_id: "nothing".to_owned(),
    };
    let _: Empty = Grpc::connect(&server).await.call(ACK, &ack).await;
}

#[tokio::test]
async fn a_client_that_resets_its_call_cancels_it() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    for (path, action, key) in [(WEBHOOK, "wait", "reset 1"), (STREAM, "stream", "reset 2")] {
        let (response, mut send) = client.begin(path, &[]).await.expect("it is open");
        let body = framed(&keyed(action, key), 0);
        send.send_data(body, true).expect("it is read");
        reaches(key, State::Running).await;
        send.send_reset(h2::Reason::CANCEL);
        reaches(key, State::Cancelled).await;
        drop(response);
    }
    let _: ActionsResponse = client.call(ACTIONS, &Empty::default()).await;
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_all_its_calls() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let mut open = Vec::new();
    for (path, action, key) in [(WEBHOOK, "wait", "gone 1"), (STREAM, "stream", "gone 2")] {
        let (response, mut send) = client.begin(path, &[]).await.expect("it is open");
        let body = framed(&keyed(action, key), 0);
        send.send_data(body, true).expect("it is read");
        reaches(key, State::Running).await;
        open.push((response, send));
    }
    drop(client);
    for key in ["gone 1", "gone 2"] {
        reaches(key, State::Cancelled).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_streams_run_side_by_side() {
    const EACH: usize = 100;
    let server = start(ServerOptions::new()).await;
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        let mut client = Grpc::connect(&server).await;
        clients.spawn(async move {
            let mut replies = Vec::new();
            for _ in 0..EACH {
                let request = keyed("stream", "grpc many");
                replies.push(client.open(STREAM, &request).await);
            }
            release("grpc many");
            for mut reply in replies {
                started(&mut reply).await;
                assert_eq!(chunk(&mut reply).await, "one");
                assert_eq!(chunk(&mut reply).await, "two");
                assert!(matches!(next(&mut reply).await, Some(Event::ChunkEnd(_))));
                assert_eq!(finished(&mut reply).await, Some(string("streamed")));
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.expect("each stream is whole");
    }
}

#[tokio::test]
async fn a_failure_in_a_stream_is_an_event_and_a_status() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(STREAM, &keyed("stumble", "")).await;
    started(&mut reply).await;
    assert_eq!(chunk(&mut reply).await, "one");
    let Some(Event::Error(error)) = next(&mut reply).await else {
        panic!("no error");
    };
    assert_eq!(
        (error.action_name.as_str(), error.message.as_str()),
        ("stumble", "the shop is closed")
    );
    assert_eq!(reply.status().await, 13);
}

/// The status of a call with this body.
async fn status(server: &Running, headers: &[(&str, &str)], body: bytes::Bytes) -> (u32, String) {
    let mut client = Grpc::connect(server).await;
    let reply = client.open_with(WEBHOOK, headers, body).await;
    reply.expect("it is answered").status_and_message().await
}

#[tokio::test]
async fn a_panic_is_told_without_its_words() {
    let server = start(ServerOptions::new()).await;
    let body = framed(&request("panic", "a", string("b")), 0);
    let (status, message) = status(&server, &[], body).await;
    assert_eq!(status, 2);
    assert!(
        message.contains("panicked") && !message.contains(SECRET),
        "{message}"
    );
}

#[tokio::test]
async fn what_is_no_message_is_refused() {
    let server = start(ServerOptions::new()).await;
    for body in [
        frame(b"\xff\xff\xff", 0),
        frame(b"", 0).slice(..3),
        frame(b"abc", 1),
    ] {
        assert_ne!(status(&server, &[], body).await.0, 0);
    }
    let deep = (0..200).fold(string("x"), |value, _| {
        let mut fields = Struct::default();
        fields.fields.insert("a".to_owned(), value);
        Value {
            kind: Some(Kind::StructValue(fields)),
        }
    });
    let body = framed(&request("add", "a", deep), 0);
    assert_ne!(status(&server, &[], body).await.0, 0);
    assert_eq!(server.get("/health").await.status, 200);
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

#[tokio::test]
async fn a_compressed_message_is_read_and_what_is_small_only_while_compressed_is_refused() {
    let server = limited(Limits::new().body_bytes(100_000)).await;
    let encoding = [("grpc-encoding", "gzip")];
    let greet = request("greet", "name", string("Ada")).encode_to_vec();
    let body = frame(&gzipped(&greet), 1);
    assert_eq!(status(&server, &encoding, body).await.0, 0);
    let bomb = frame(&gzipped(&vec![0; 50_000_000]), 1);
    assert!(bomb.len() < 100_000);
    assert_ne!(status(&server, &encoding, bomb).await.0, 0);
}

#[tokio::test]
async fn a_message_that_is_too_long_or_finds_no_room_is_refused() {
    let long = framed(&request("greet", "name", string(&"x".repeat(5000))), 0);
    let server = limited(Limits::new().body_bytes(1000)).await;
    assert_eq!(status(&server, &[], long.clone()).await.0, 8);
    let server = limited(Limits::new().bytes_at_once(1000)).await;
    assert_eq!(status(&server, &[], long).await.0, 14);
}

#[tokio::test]
async fn a_message_that_does_not_come_is_given_up() {
    let server = limited(Limits::new().body_time(Duration::from_millis(20))).await;
    let mut client = Grpc::connect(&server).await;
    let (response, mut send) = client.begin(WEBHOOK, &[]).await.expect("it is open");
    let part = framed(&keyed("wait", "never"), 0).slice(..8);
    send.send_data(part, false).expect("it is read");
    let mut reply = Reply::of(response).await.expect("it is answered");
    assert_eq!(reply.status().await, 4);
}

#[tokio::test]
async fn whoever_comes_while_all_places_are_taken_is_refused_at_once() {
    let server = limited(Limits::new().calls(1)).await;
    let mut client = Grpc::connect(&server).await;
    let mut first = client.open(STREAM, &keyed("stream", "grpc places")).await;
    reaches("grpc places", State::Running).await;
    let body = framed(&request("greet", "name", string("Ada")), 0);
    assert_eq!(status(&server, &[], body.clone()).await.0, 14);
    release("grpc places");
    while next(&mut first).await.is_some() {}
    assert_eq!(first.status().await, 0);
    assert_eq!(status(&server, &[], body).await.0, 0);
}

#[tokio::test]
async fn a_token_is_wanted_for_calls_and_not_for_health() {
    let server = start(ServerOptions::new().token("rasa", "s3cret")).await;
    let mut client = Grpc::connect(&server).await;
    let reply = client.open(ACTIONS, &Empty::default()).await;
    assert_eq!(reply.http_status, 401);
    assert_eq!(
        client
            .open(HEALTH_CHECK, &Empty::default())
            .await
            .status()
            .await,
        0
    );
    let bearing = [("authorization", "Bearer s3cret")];
    let body = framed(&Empty::default(), 0);
    let reply = client.open_with(ACTIONS, &bearing, body).await;
    assert_eq!(reply.expect("it is answered").status().await, 0);
}

/// The messages of gRPC's health API, as far as they are used.
#[derive(Clone, PartialEq, Message)]
struct Health {
    #[prost(int32, tag = "1")]
    status: i32,
}

#[derive(Clone, PartialEq, Message)]
struct AboutService {
    #[prost(string, tag = "1")]
    service: String,
}

#[tokio::test]
async fn whoever_watches_the_health_hears_of_the_end() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(HEALTH_WATCH, &Empty::default()).await;
    assert_eq!(
        reply.next::<Health>().await.map(|health| health.status),
        Some(1)
    );
    server.stop();
    assert_eq!(
        reply.next::<Health>().await.map(|health| health.status),
        Some(2)
    );
    assert_eq!(reply.next::<Health>().await, None);
    server.ended().await;
}

#[tokio::test]
async fn the_health_of_nobody_is_unknown() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let about = AboutService {
        service: "nobody".to_owned(),
    };
    assert_eq!(client.open(HEALTH_CHECK, &about).await.status().await, 5);
    let mut watched = client.open(HEALTH_WATCH, &about).await;
    assert_eq!(
        watched.next::<Health>().await.map(|health| health.status),
        Some(3)
    );
}

#[tokio::test]
async fn only_so_many_may_watch() {
    let server = limited(Limits::new().connections(2)).await;
    let mut client = Grpc::connect(&server).await;
    let mut watching = Vec::new();
    for _ in 0..2 {
        let mut reply = client.open(HEALTH_WATCH, &Empty::default()).await;
        reply.next::<Health>().await.expect("it is told");
        watching.push(reply);
    }
    let mut refused = client.open(HEALTH_WATCH, &Empty::default()).await;
    assert_eq!(refused.status().await, 8);
}

/// A request of gRPC's reflection API: the list of services.
#[derive(Clone, PartialEq, Message)]
struct ListServices {
    #[prost(string, tag = "7")]
    list_services: String,
}

/// Its answer.
#[derive(Clone, PartialEq, Message)]
struct Reflected {
    #[prost(message, optional, tag = "6")]
    listed: Option<Services>,
}

#[derive(Clone, PartialEq, Message)]
struct Services {
    #[prost(message, repeated, tag = "1")]
    services: Vec<AboutService>,
}

#[tokio::test]
async fn the_services_tell_their_names() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let list = ListServices {
        list_services: "*".to_owned(),
    };
    let mut reply = client.open(REFLECTION, &list).await;
    let answer = reply
        .next::<Reflected>()
        .await
        .and_then(|answer| answer.listed);
    let services = answer.expect("they are listed").services;
    for name in [
        "action_server_webhook.ActionService",
        "grpc.health.v1.Health",
    ] {
        assert!(
            services.iter().any(|known| known.service == name),
            "{services:?}"
        );
    }
}
