//! Authentication: tokens, and what an action learns about the caller.

use crate::client::{Answer, Running, head, start};
use action_sdk::serde_json::json;
use action_sdk_action_server::{Cors, ServerOptions};

const ADD: &str = r#"{"next_action": "add", "tracker": {"sender_id": "u", "slots": {"a": 1}}}"#;
const WHO: &str = r#"{"action_name": "who"}"#;

async fn protected() -> Running {
    start(
        ServerOptions::new()
            .token("rasa", "s3cret")
            .token("nemo", "other"),
    )
    .await
}

async fn bearing(token: &str, path: &str, body: &str) -> Answer {
    let header = format!("Authorization: {token}\r\n");
    protected().await.post_with(path, &header, body).await
}

#[tokio::test]
async fn without_a_token_nothing_is_called() {
    let server = protected().await;
    for path in ["/webhook", "/v1/actions/run", "/webhook/", "/nothing"] {
        let answer = server.post(path, ADD).await;
        assert_eq!(answer.status, 401, "{path}");
        assert!(
            answer.head.contains("www-authenticate: bearer"),
            "{answer:?}"
        );
    }
    for path in ["/actions", "/v1/actions/list"] {
        assert_eq!(server.get(path).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn whether_the_server_is_well_may_be_asked_by_everybody() {
    let server = protected().await;
    for path in ["/health", "/health/", "/v1/health"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_token_opens_the_doors() {
    assert_eq!(bearing("Bearer s3cret", "/webhook", ADD).await.status, 200);
    assert_eq!(bearing("Bearer wrong", "/webhook", ADD).await.status, 401);
    assert_eq!(bearing("Basic s3cret", "/webhook", ADD).await.status, 401);
}

#[tokio::test]
async fn rasa_may_send_its_token_in_the_query() {
    let server = protected().await;
    assert_eq!(server.post("/webhook?token=s3cret", ADD).await.status, 200);
    assert_eq!(server.post("/webhook?token=wrong", ADD).await.status, 401);
    assert_eq!(
        server
            .post("/v1/actions/run?token=s3cret", WHO)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn an_action_learns_who_calls() {
    let answer = bearing("Bearer other", "/v1/actions/run", WHO).await;
    assert_eq!(answer.json()["result"], "nemo");
    let open = start(ServerOptions::new()).await;
    assert_eq!(
        open.post("/v1/actions/run", WHO).await.json()["result"],
        json!(null)
    );
}

#[tokio::test]
async fn an_action_that_must_know_says_so_where_nobody_is_known() {
    let body = r#"{"action_name": "must_know"}"#;
    let answer = bearing("Bearer other", "/v1/actions/run", body).await;
    assert_eq!(answer.json()["result"], "nemo");
    let open = start(ServerOptions::new()).await;
    assert_eq!(
        open.post("/v1/actions/run", body).await.json()["failure_kind"],
        "unavailable"
    );
}

#[tokio::test]
async fn a_page_may_ask_before_it_has_a_token_and_may_read_why_it_was_refused() {
    let options = ServerOptions::new()
        .token("rasa", "s3cret")
        .cors(Cors::any_origin());
    let server = start(options).await;
    let asking = "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n";
    let answer = server.raw(head("OPTIONS", "/webhook", asking)).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .head
            .contains("access-control-allow-origin: https://a.example"),
        "{answer:?}"
    );
    let refused = server
        .post_with("/webhook", "Origin: https://a.example\r\n", ADD)
        .await;
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .head
            .contains("access-control-allow-origin: https://a.example"),
        "{refused:?}"
    );
}

/// The status for a page of this origin that posts a form, as every page may without being asked for it.
async fn posted_by(options: ServerOptions, origin: &str) -> u16 {
    let server = start(options).await;
    let origin = origin.replace("SERVER", &server.address.to_string());
    let host = server.address;
    let length = ADD.len();
    let request = format!(
        "POST /webhook HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n{origin}\r\n{ADD}"
    );
    server.raw(request).await.status
}

#[tokio::test]
async fn a_page_of_another_site_calls_nothing() {
    let open = ServerOptions::new;
    for origin in ["Origin: https://evil.example\r\n", "Origin: null\r\n"] {
        assert_eq!(posted_by(open(), origin).await, 403, "{origin}");
    }
    assert_eq!(posted_by(open(), "").await, 200);
    assert_eq!(posted_by(open(), "Origin: http://SERVER\r\n").await, 200);
}

#[tokio::test]
async fn a_page_that_cors_allows_or_that_has_a_token_calls() {
    let origin = "Origin: https://a.example\r\n";
    let allowed = ServerOptions::new().cors(Cors::origins(["https://a.example"]));
    assert_eq!(posted_by(allowed, origin).await, 200);
    let token = ServerOptions::new().token("page", "s3cret");
    let header = format!("{origin}Authorization: Bearer s3cret\r\n");
    assert_eq!(posted_by(token, &header).await, 200);
}
