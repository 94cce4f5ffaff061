//! Streams over HTTP: server-sent events.

use crate::actions::{State, reaches, release};
use crate::client::{Answer, Running, request, start};
use action_sdk::serde_json::{self, Value, json};
use action_sdk_action_server::{Limits, ServerOptions};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn body(action: &str, key: &str) -> String {
    json!({"next_action": action, "tracker": {"sender_id": "u", "slots": {"key": key}}}).to_string()
}

/// An answer that is being read.
struct Events {
    stream: TcpStream,
    read: String,
}

impl Events {
    async fn of(server: &Running, action: &str, key: &str) -> Self {
        let mut stream = server.connect().await;
        let request = request("/webhook/stream", "", body(action, key));
        stream.write_all(&request).await.expect("it is read");
        let mut events = Self {
            stream,
            read: String::new(),
        };
        let head = events.until("\r\n\r\n").await.to_ascii_lowercase();
        assert!(
            head.contains("200 ok") && head.contains("text/event-stream"),
            "{head}"
        );
        events
    }

    async fn until(&mut self, end: &str) -> String {
        let mut piece = [0; 4096];
        loop {
            if let Some((part, rest)) = self.read.split_once(end) {
                let (part, rest) = (part.to_owned(), rest.to_owned());
                self.read = rest;
                return part;
            }
            let length = self.stream.read(&mut piece).await.expect("it goes on");
            assert_ne!(length, 0, "it ended: {}", self.read);
            self.read
                .push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    }

    async fn next(&mut self) -> (String, Value) {
        let event = self.until("\n\n").await;
        let field = |name: &str| {
            let mut lines = event.lines().filter_map(|line| line.strip_prefix(name));
            lines.next().unwrap_or_default().trim().to_owned()
        };
        let data = serde_json::from_str(&field("data:")).expect("it is JSON");
        (field("event:"), data)
    }
}

#[tokio::test]
async fn chunks_come_while_the_action_runs() {
    let server = start(ServerOptions::new()).await;
    let mut events = Events::of(&server, "stream", "sse").await;
    let (name, start) = events.next().await;
    assert_eq!(name, "chunk_start");
    let (name, chunk) = events.next().await;
    let id = &start["response_id"];
    assert_eq!(
        (name.as_str(), chunk),
        ("chunk", json!({"response_id": id, "text": "one"}))
    );
    reaches("sse", State::Running).await;
    release("sse");
    assert_eq!(events.next().await.1["text"], "two");
    assert_eq!(
        events.next().await,
        ("chunk_end".to_owned(), json!({"response_id": id}))
    );
    let (name, result) = events.next().await;
    assert_eq!(name, "final_result");
    assert_eq!(result["events"][0]["name"], "streamed");
}

#[tokio::test]
async fn what_is_not_streamed_is_the_result_alone() {
    let server = start(ServerOptions::new()).await;
    release("sse plain");
    let (name, result) = Events::of(&server, "wait", "sse plain").await.next().await;
    assert_eq!(name, "final_result");
    assert_eq!(result["responses"], json!([]));
}

#[tokio::test]
async fn a_failure_before_the_first_chunk_has_the_status_of_the_webhook() {
    let server = start(ServerOptions::new()).await;
    for action in ["nothing", "fail", "reject", "domain_of", ""] {
        let there = server.post("/webhook", body(action, "")).await;
        let here = server.post("/webhook/stream", body(action, "")).await;
        assert_eq!(
            (here.status, here.json()),
            (there.status, there.json()),
            "{action}"
        );
    }
    for text in ["", "[]", "{"] {
        assert_eq!(server.post("/webhook/stream", text).await.status, 400);
    }
}

#[tokio::test]
async fn a_later_failure_is_an_event() {
    let server = start(ServerOptions::new()).await;
    let mut events = Events::of(&server, "stumble", "").await;
    assert_eq!(events.next().await.0, "chunk_start");
    assert_eq!(events.next().await.0, "chunk");
    let error = json!({"action_name": "stumble", "message": "the shop is closed"});
    assert_eq!(events.next().await, ("error".to_owned(), error));
}

#[tokio::test]
async fn the_user_can_interrupt() {
    let server = start(ServerOptions::new()).await;
    let mut events = Events::of(&server, "listen", "sse listens").await;
    let (_, start) = events.next().await;
    assert_eq!(events.next().await.1["text"], "one");
    let answer = server.post("/webhook/interrupt", start.to_string()).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    let (name, result) = events.next().await;
    assert_eq!(name, "final_result");
    assert_eq!(result["events"][0]["name"], "interrupted");
}

#[tokio::test]
async fn interrupting_needs_an_id() {
    let server = start(ServerOptions::new()).await;
    for body in ["", "7", "{}", r#"{"response_id": 7}"#] {
        assert_eq!(
            server.post("/webhook/interrupt", body).await.status,
            400,
            "{body}"
        );
    }
    let unknown = r#"{"response_id": "nothing"}"#;
    assert_eq!(server.post("/webhook/interrupt", unknown).await.status, 204);
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_its_action() {
    let server = start(ServerOptions::new()).await;
    let events = Events::of(&server, "stream", "sse gone").await;
    reaches("sse gone", State::Running).await;
    drop(events);
    reaches("sse gone", State::Cancelled).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let limits = Limits::new().write_time(Duration::from_millis(50));
    let server = start(ServerOptions::new().limits(limits)).await;
    let unread = Events::of(&server, "pour", "sse unread").await;
    reaches("sse unread", State::Cancelled).await;
    drop(unread);
}

#[tokio::test]
async fn a_stream_ends_before_the_server_does() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    let request = request("/webhook/stream", "", body("stream", "sse drained"));
    stream.write_all(&request).await.expect("it is read");
    reaches("sse drained", State::Running).await;
    server.stop();
    release("sse drained");
    let answer = Answer::read(&mut stream).await;
    assert!(answer.body.contains("final_result"), "{answer:?}");
    server.ended().await;
}
