//! Clients of HTTP/1.1 that are slow, rude or gone.

use crate::actions::{State, reaches, release};
use crate::client::{Answer, Running, head, request, start};
use action_sdk::serde_json::json;
use action_sdk_action_server::{Limits, ServerOptions};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

const SHORT: Duration = Duration::from_millis(50);

async fn limited(limits: Limits) -> Running {
    start(ServerOptions::new().limits(limits)).await
}

fn webhook(action: &str, key: &str) -> String {
    json!({"next_action": action, "tracker": {"sender_id": "u", "slots": {"key": key}}}).to_string()
}

#[tokio::test]
async fn a_connection_that_is_silent_after_a_request_is_closed() {
    let server = limited(Limits::new().header_time(SHORT)).await;
    for begun in ["", "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n", "G"] {
        let mut stream = server.connect().await;
        stream
            .write_all(begun.as_bytes())
            .await
            .expect("it is read");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
    }
}

#[tokio::test]
async fn headers_that_come_in_drops_are_given_up() {
    let server = limited(Limits::new().header_time(SHORT)).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /health HTTP/1.1\r\nX: ")
        .await
        .expect("it is read");
    while stream.write_all(b"x").await.is_ok() {
        tokio::time::sleep(SHORT / 10).await;
    }
}

#[tokio::test]
async fn a_body_that_comes_in_drops_is_given_up() {
    let server = limited(Limits::new().body_time(SHORT)).await;
    let mut stream = server.connect().await;
    let head = head("POST", "/webhook", "Transfer-Encoding: chunked\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is read");
    let (mut reading, mut writing) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while writing.write_all(b"1\r\n \r\n").await.is_ok() {
            tokio::time::sleep(SHORT / 10).await;
        }
    });
    assert_eq!(Answer::read(&mut reading).await.status, 408);
    dripping.abort();
}

#[tokio::test]
async fn a_client_that_closes_its_side_cancels_its_action() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    let request = request("/webhook", "", webhook("wait", "half closed"));
    stream.write_all(&request).await.expect("it is read");
    reaches("half closed", State::Running).await;
    stream.shutdown().await.expect("it can be ended");
    reaches("half closed", State::Cancelled).await;
}

#[tokio::test]
async fn a_client_that_closes_its_side_within_a_body_is_gone() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    let head = head("POST", "/webhook", "Content-Length: 100\r\n");
    stream.write_all(head.as_bytes()).await.expect("it is read");
    stream.shutdown().await.expect("it can be ended");
    let answer = Answer::read(&mut stream).await;
    assert!(matches!(answer.status, 0 | 400), "{answer:?}");
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let server = limited(Limits::new().write_time(SHORT).connections(1)).await;
    let mut unread = server.connect().await;
    let lecture = webhook("lecture", "");
    let length = lecture.len();
    let request =
        format!("POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{lecture}");
    for _ in 0..50 {
        if unread.write_all(request.as_bytes()).await.is_err() {
            break;
        }
    }
    // There is one place for a connection, so this one is served when the other one is closed.
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn requests_that_are_sent_ahead_are_answered_in_order() {
    let server = start(ServerOptions::new()).await;
    let mut stream = server.connect().await;
    let wait = webhook("wait", "pipelined");
    let mut requests = format!(
        "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{wait}",
        wait.len()
    );
    for _ in 0..20 {
        requests.push_str("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    requests.push_str(&head("GET", "/health", ""));
    stream
        .write_all(requests.as_bytes())
        .await
        .expect("it is read");
    reaches("pipelined", State::Running).await;
    release("pipelined");
    let answers = Answer::read(&mut stream).await;
    assert_eq!(answers.body.matches("HTTP/1.1 200 OK").count(), 21);
    assert!(
        answers.body.starts_with(r#"{"events":[{"event":"slot""#),
        "{answers:?}"
    );
}

#[tokio::test]
async fn lengths_that_contradict_each_other_are_refused() {
    let server = start(ServerOptions::new()).await;
    for headers in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Content-Length : 2\r\n",
    ] {
        let answer = server.raw(head("POST", "/webhook", headers) + "{}").await;
        assert!(matches!(answer.status, 0 | 400), "{headers}: {answer:?}");
    }
}

#[tokio::test]
async fn who_sends_too_much_still_hears_why() {
    let server = limited(Limits::new().body_bytes(1000)).await;
    for path in ["/webhook", "/v1/actions/run", "/webhook/stream"] {
        let answer = server.post(path, vec![b' '; 5_000_000]).await;
        assert_eq!(answer.status, 413, "{path}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_many_at_once_some_are_refused_and_nothing_accepted_is_lost() {
    let server = limited(Limits::new().calls(20).connections(200)).await;
    let mut clients = JoinSet::new();
    for number in 0..20 {
        let mut stream = server.connect().await;
        let key = format!("crowd {number}");
        let request = request("/webhook", "", webhook("wait", &key));
        stream.write_all(&request).await.expect("it is read");
        reaches(&key, State::Running).await;
        clients.spawn(async move { Answer::read(&mut stream).await.status });
    }
    let mut refused = 0;
    while refused < 100 {
        let answer = server.post("/webhook", webhook("wait", "too many")).await;
        match answer.status {
            503 => refused += 1,
            other => panic!("{other}"),
        }
    }
    for number in 0..20 {
        release(&format!("crowd {number}"));
    }
    while let Some(status) = clients.join_next().await {
        assert_eq!(status.expect("it is answered"), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_come_at_once() {
    let server = start(ServerOptions::new()).await;
    let mut clients = JoinSet::new();
    for _ in 0..1000 {
        let address = server.address;
        clients.spawn(async move {
            let mut stream = tokio::net::TcpStream::connect(address)
                .await
                .expect("it listens");
            let request = request("/webhook", "", webhook("fail", ""));
            stream.write_all(&request).await.expect("it is read");
            Answer::read(&mut stream).await.status
        });
    }
    while let Some(status) = clients.join_next().await {
        assert_eq!(status.expect("it is answered"), 500);
    }
}
