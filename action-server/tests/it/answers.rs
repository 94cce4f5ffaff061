//! Unknown paths and methods, responses without a body, several requests on one connection.

use crate::client::{Answer, head, start};
use action_sdk::serde_json::json;
use action_sdk_action_server::{Limits, ServerOptions};
use std::time::Duration;
use tokio::io::AsyncWriteExt;

#[tokio::test]
async fn what_is_not_there_is_a_404() {
    let server = start(ServerOptions::new()).await;
    for path in [
        "/",
        "/nothing",
        "/webhook/x",
        "//webhook",
        "/v1",
        "/%2e%2e/webhook",
    ] {
        let answer = server.get(path).await;
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"error": "there is nothing at this path"})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn another_method_is_a_405_that_names_the_right_one() {
    let server = start(ServerOptions::new()).await;
    for (method, path, right) in [
        ("GET", "/webhook", "post"),
        ("POST", "/health", "get,head"),
        ("DELETE", "/v1/actions/run", "post"),
        ("PUT", "/actions", "get,head"),
    ] {
        let answer = server.raw(head(method, path, "")).await;
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(
            answer.head.contains(&format!("allow: {right}")),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let answer = start(ServerOptions::new())
        .await
        .raw(head("HEAD", "/health", ""))
        .await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    let kept = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let requests = format!("{kept}{kept}{}", head("GET", "/actions", ""));
    stream
        .write_all(requests.as_bytes())
        .await
        .expect("it is read");
    let answers = Answer::read(&mut stream).await;
    assert_eq!(answers.body.matches("HTTP/1.1 200 OK").count(), 2);
}

#[tokio::test]
async fn what_is_no_http_harms_nobody() {
    let limits = Limits::new().header_time(Duration::from_millis(500));
    let server = start(ServerOptions::new().limits(limits)).await;
    for bytes in [
        &b"\0\x01\x02\xff\xfe\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = server.connect().await;
        stream.write_all(bytes).await.expect("it is read");
        stream.shutdown().await.expect("it can be ended");
        let answer = Answer::read(&mut stream).await;
        assert!(matches!(answer.status, 0 | 400 | 505), "{answer:?}");
    }
    assert_eq!(server.get("/health").await.status, 200);
}
