//! Connections of HTTP/2: idle ones, silent ones, and clients that do not read.

use crate::actions::{State, reaches};
use crate::client::{Running, start};
use crate::h2_client::proto::{Empty, WebhookRequest};
use crate::h2_client::{ACTIONS, Grpc, STREAM, WEBHOOK, framed};
use action_sdk_action_server::{Limits, ServerOptions};
use bytes::Bytes;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const SHORT: Duration = Duration::from_millis(50);

async fn limited(limits: Limits) -> Running {
    start(ServerOptions::new().limits(limits)).await
}

fn keyed(action: &str, key: &str) -> WebhookRequest {
    let kind = Some(Kind::StringValue(key.to_owned()));
    let mut request = WebhookRequest {
        next_action: action.to_owned(),
        tracker: Some(Default::default()),
        ..WebhookRequest::default()
    };
    let mut slots = Struct::default();
    slots.fields.insert("key".to_owned(), Value { kind });
    if let Some(tracker) = &mut request.tracker {
        tracker.slots = Some(slots);
    }
    request
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = limited(Limits::new().idle_time(SHORT)).await;
    let mut client = Grpc::connect(&server).await;
    assert_eq!(
        client.open(ACTIONS, &Empty::default()).await.status().await,
        0
    );
    client.closed().await;
}

#[tokio::test]
async fn a_connection_that_only_begins_is_closed() {
    let server = limited(
        Limits::new()
            .idle_time(SHORT)
            .ping_time(SHORT)
            .header_time(SHORT),
    )
    .await;
    for begun in [&b"P"[..], b"PRI * HT", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let mut stream = server.connect().await;
        stream.write_all(begun).await.expect("it is read");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
    }
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn a_connection_on_which_an_action_runs_is_not_idle() {
    let server = limited(Limits::new().idle_time(SHORT)).await;
    let mut client = Grpc::connect(&server).await;
    let (response, mut send) = client.begin(WEBHOOK, &[]).await.expect("it is open");
    send.send_data(framed(&keyed("wait", "not idle"), 0), true)
        .expect("it is read");
    reaches("not idle", State::Running).await;
    tokio::time::sleep(SHORT * 3).await;
    crate::actions::release("not idle");
    let mut reply = crate::h2_client::Reply::of(response)
        .await
        .expect("it is answered");
    assert_eq!(reply.status().await, 0);
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let server = limited(Limits::new().ping_time(SHORT)).await;
    let stream = server.connect().await;
    let (requests, connection) = h2::client::handshake(stream)
        .await
        .expect("it speaks HTTP/2");
    let mut connection = Box::pin(connection);
    let request = axum::http::Request::post(format!("http://localhost{WEBHOOK}"))
        .header("content-type", "application/grpc")
        .body(())
        .expect("it is a request");
    let mut requests = requests.ready().await.expect("it is open");
    let (_response, mut send) = requests.send_request(request, false).expect("it is open");
    send.send_data(framed(&keyed("wait", "no ping"), 0), true)
        .expect("it is read");
    tokio::select! {
        _ = &mut connection => panic!("it is open"),
        () = reaches("no ping", State::Running) => {}
    }
    // From here on nobody drives the connection.
    reaches("no ping", State::Cancelled).await;
}

#[tokio::test]
async fn a_stream_that_nobody_reads_is_given_up() {
    let server = limited(Limits::new().write_time(SHORT)).await;
    let mut client = Grpc::connect(&server).await;
    let unread = client.open(STREAM, &keyed("pour", "unread")).await;
    reaches("unread", State::Cancelled).await;
    client.closed().await;
    drop(unread);
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let server = limited(Limits::new().write_time(SHORT)).await;
    let mut client = Grpc::connect(&server).await;
    let unread = client.open(WEBHOOK, &keyed("lecture", "")).await;
    client.closed().await;
    drop(unread);
}

#[tokio::test]
async fn an_answer_that_is_read_slowly_is_whole() {
    let server = limited(Limits::new().write_time(SHORT * 10)).await;
    let mut client = Grpc::connect(&server).await;
    let mut reply = client.open(WEBHOOK, &keyed("lecture", "")).await;
    tokio::time::sleep(SHORT).await;
    let answer = reply
        .next::<crate::h2_client::proto::WebhookResponse>()
        .await;
    assert_eq!(answer.map(|answer| answer.responses.len()), Some(1));
    assert_eq!(reply.status().await, 0);
}

#[tokio::test]
async fn opening_and_resetting_at_once_harms_nobody() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    for _ in 0..5000 {
        let Some((response, mut send)) = client.begin(ACTIONS, &[]).await else {
            break;
        };
        send.send_reset(h2::Reason::CANCEL);
        drop(response);
    }
    assert_eq!(server.get("/health").await.status, 200);
    let mut other = Grpc::connect(&server).await;
    assert_eq!(
        other.open(ACTIONS, &Empty::default()).await.status().await,
        0
    );
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let long = "x".repeat(60_000);
    let refused = client
        .open_with(ACTIONS, &[("x-a", &long)], Bytes::new())
        .await;
    assert!(refused.is_none_or(|reply| reply.http_status == 431));
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn calls_end_before_the_server_does() {
    let server = start(ServerOptions::new()).await;
    let mut client = Grpc::connect(&server).await;
    let (response, mut send) = client.begin(WEBHOOK, &[]).await.expect("it is open");
    send.send_data(framed(&keyed("wait", "h2 drained"), 0), true)
        .expect("it is read");
    reaches("h2 drained", State::Running).await;
    server.stop();
    crate::actions::release("h2 drained");
    let mut reply = crate::h2_client::Reply::of(response)
        .await
        .expect("it is answered");
    assert_eq!(reply.status().await, 0);
    client.closed().await;
    server.ended().await;
}

#[tokio::test]
async fn what_is_no_grpc_is_served_too() {
    let server = start(ServerOptions::new()).await;
    let client = Grpc::connect(&server).await;
    let mut requests = client.requests.clone().ready().await.expect("it is open");
    let request = axum::http::Request::post("http://localhost/v1/actions/run")
        .header("content-type", "application/json")
        .body(())
        .expect("it is a request");
    let (response, mut send) = requests.send_request(request, false).expect("it is open");
    let body = r#"{"action_name": "add", "action_parameters": {"a": 41}}"#;
    send.send_data(body.into(), true).expect("it is read");
    let mut body = response.await.expect("it is answered").into_body();
    let answer = body
        .data()
        .await
        .expect("there is one")
        .expect("it is whole");
    assert_eq!(answer, r#"{"status":"success","result":42}"#);
}
