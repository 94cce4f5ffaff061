//! Refused requests: too long, too deep, too slow, too many.

use crate::actions::{State, reaches, release};
use crate::client::{Answer, Running, head, request, start};
use action_sdk::serde_json::json;
use action_sdk_action_server::{Limits, ServerOptions};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

async fn limited(limits: Limits) -> Running {
    start(ServerOptions::new().limits(limits)).await
}

const SMALL: usize = 10_000;

async fn small() -> Running {
    limited(Limits::new().body_bytes(SMALL)).await
}

fn webhook(action: &str, slots: &str) -> String {
    format!(r#"{{"next_action": "{action}", "tracker": {{"sender_id": "u", "slots": {slots}}}}}"#)
}

fn deflated(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("memory can be written to");
    encoder.finish().expect("memory can be written to")
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_not_read() {
    let head = head("POST", "/webhook", "Content-Length: 999999999999\r\n");
    assert_eq!(small().await.raw(head).await.status, 413);
}

#[tokio::test]
async fn a_body_that_announces_nothing_is_counted() {
    let mut request = head("POST", "/webhook", "Transfer-Encoding: chunked\r\n");
    for _ in 0..12 {
        request.push_str(&format!("3e8\r\n{}\r\n", "x".repeat(1000)));
    }
    request.push_str("0\r\n\r\n");
    assert_eq!(small().await.raw(request).await.status, 413);
}

#[tokio::test]
async fn what_is_small_only_while_compressed_is_refused() {
    let bomb = deflated(&vec![b' '; 50_000_000]);
    let server = limited(Limits::new().body_bytes(100_000)).await;
    let answer = server
        .post_with("/webhook", "Content-Encoding: deflate\r\n", bomb)
        .await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn ten_megabytes_are_read() {
    let name = "x".repeat(10_000_000);
    let body = webhook("greet", &format!(r#"{{"name": "{name}"}}"#));
    let answer = start(ServerOptions::new())
        .await
        .post("/webhook", body)
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.len() > 20_000_000);
}

async fn encoded(encoding: &str, body: &[u8]) -> Answer {
    let headers = format!("Content-Encoding: {encoding}\r\n");
    start(ServerOptions::new())
        .await
        .post_with("/webhook", &headers, body)
        .await
}

#[tokio::test]
async fn zlib_is_understood_and_nothing_else() {
    let body = webhook("add", r#"{"a": 1}"#);
    assert_eq!(
        encoded("deflate", &deflated(body.as_bytes())).await.status,
        200
    );
    assert_eq!(
        encoded("Deflate", &deflated(body.as_bytes())).await.status,
        200
    );
    assert_eq!(encoded("identity", body.as_bytes()).await.status, 200);
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(body.as_bytes())
        .expect("memory can be written to");
    let gzip = gzip.finish().expect("memory can be written to");
    assert_eq!(encoded("gzip", &gzip).await.status, 415);
    assert_eq!(encoded("deflate, deflate", b"").await.status, 415);
}

#[tokio::test]
async fn what_is_not_as_it_says_is_a_400() {
    let whole = deflated(webhook("add", "{}").as_bytes());
    for body in [&b"not zlib"[..], b"", &whole[..whole.len() / 2]] {
        assert_eq!(encoded("deflate", body).await.status, 400);
    }
}

fn nested(levels: usize) -> String {
    let value = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    webhook("add", &format!(r#"{{"a": 1, "deep": {value}}}"#))
}

#[tokio::test]
async fn what_is_too_deep_is_not_read() {
    let server = start(ServerOptions::new()).await;
    assert_eq!(server.post("/webhook", nested(200)).await.status, 200);
    for levels in [300, 1_000_000] {
        let answer = server.post("/webhook", nested(levels)).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(answer.body.contains("256 levels"), "{answer:?}");
    }
    assert_eq!(
        server
            .post("/v1/actions/run", "[".repeat(100_000))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let server = limited(Limits::new().body_time(Duration::from_millis(20))).await;
    let head = head("POST", "/webhook", "Content-Length: 5\r\n");
    assert_eq!(server.raw(head).await.status, 408);
}

#[tokio::test]
async fn a_head_that_does_not_come_is_given_up() {
    let server = limited(Limits::new().header_time(Duration::from_millis(20))).await;
    let answer = server.raw("GET /health HTTP/1.1\r\nHo").await;
    assert!(answer.status == 0 || answer.status == 408, "{answer:?}");
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn too_many_and_too_long_headers_are_refused() {
    let server = start(ServerOptions::new()).await;
    let many = "X-A: b\r\n".repeat(200);
    assert_eq!(server.raw(head("GET", "/health", &many)).await.status, 431);
    let long = format!("X-A: {}\r\n", "b".repeat(100_000));
    assert_eq!(server.raw(head("GET", "/health", &long)).await.status, 431);
    let path = format!("/{}", "a".repeat(100_000));
    assert!((400..500).contains(&server.get(&path).await.status));
}

#[tokio::test]
async fn whoever_comes_while_all_places_are_taken_is_refused_at_once() {
    let server = limited(Limits::new().calls(1)).await;
    let waiting = request("/webhook", "", webhook("wait", r#"{"key": "places"}"#));
    let mut first = server.connect().await;
    first.write_all(&waiting).await.expect("it is read");
    reaches("places", State::Running).await;

    let answer = server.post("/webhook", webhook("add", r#"{"a": 1}"#)).await;
    assert_eq!(
        (answer.status, answer.json()),
        (503, json!({"error": "the server is busy; try again later"}))
    );
    assert!(answer.head.contains("retry-after: 1"), "{answer:?}");
    assert_eq!(server.post("/v1/actions/run", "{}").await.status, 503);
    assert_eq!(server.get("/health").await.status, 200);

    release("places");
    assert_eq!(Answer::read(&mut first).await.status, 200);
    assert_eq!(
        server
            .post("/webhook", webhook("add", r#"{"a": 1}"#))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn whoever_finds_no_room_is_refused() {
    let server = limited(Limits::new().bytes_at_once(1000)).await;
    let long = webhook(
        "add",
        &format!(r#"{{"a": 1, "b": "{}"}}"#, "x".repeat(5000)),
    );
    assert_eq!(server.post("/webhook", long).await.status, 503);
    assert_eq!(
        server
            .post("/webhook", webhook("add", r#"{"a": 1}"#))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let server = limited(Limits::new().connections(1)).await;
    let idle = server.connect().await;
    let (answer, ()) = tokio::join!(server.get("/health"), async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(idle);
    });
    assert_eq!(answer.status, 200);
}
