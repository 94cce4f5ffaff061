//! Streamable HTTP: rmcp's client, and raw requests in the form of each revision.

use crate::actions::WAITING;
use crate::calls::ALONE;
use crate::{call, dispatcher, text};
use action_sdk_mcp::{FailureKind, Options, router};
use reqwest::{RequestBuilder, StatusCode};
use rmcp::ServiceExt as _;
use rmcp::model::ClientConfig;
use rmcp::transport::StreamableHttpClientTransport;
use serde_json::{Value, json};

/// With the feature `client` reqwest leaves it to the program which cryptography it uses.
pub(crate) fn choose_cryptography() {
    #[cfg(feature = "client")]
    let _chosen_before = rustls::crypto::ring::default_provider().install_default();
}

/// A server on a free port.
pub(crate) async fn served(options: Options) -> String {
    choose_cryptography();
    let router = router(dispatcher(), &options).expect("nothing is missing");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/mcp")
}

pub(crate) fn post(url: &str) -> RequestBuilder {
    reqwest::Client::new()
        .post(url)
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json")
}

pub(crate) fn tool_call(tool: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})
}

#[tokio::test]
async fn rmcps_client_calls_over_http() {
    let url = served(Options::new()).await;
    let client = ClientConfig::default();
    let client = client
        .serve(StreamableHttpClientTransport::from_uri(url))
        .await
        .expect("the server answers");
    assert_eq!(text(&call(&client, "add", json!({"a": 41})).await), "42");
    assert_eq!(
        text(&call(&client, "recite", json!({})).await)
            .lines()
            .next(),
        Some("to be")
    );
    client.cancel().await.expect("it ends");
}

/// Connects in the way of that revision, and calls a tool.
async fn check_revision(revision: &str) {
    let url = served(Options::new().name("shop").version("7")).await;
    let params = json!({"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let initialize = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let answer = post(&url)
        .json(&initialize)
        .send()
        .await
        .expect("it answers");
    let answer: Value = answer.json().await.expect("it is JSON");
    assert_eq!(answer["result"]["protocolVersion"], revision, "{answer}");
    assert_eq!(
        answer["result"]["serverInfo"],
        json!({"name": "shop", "version": "7"})
    );
    let called = post(&url)
        .header("mcp-protocol-version", revision)
        .json(&tool_call("add", &json!({"a": 41})));
    let answer: Value = called
        .send()
        .await
        .expect("it answers")
        .json()
        .await
        .expect("it is JSON");
    assert_eq!(
        answer["result"]["structuredContent"],
        json!({"result": 42}),
        "{answer}"
    );
    assert_eq!(answer["result"].get("resultType"), None, "{answer}");
}

#[tokio::test]
async fn revision_2024_11_05() {
    check_revision("2024-11-05").await;
}

#[tokio::test]
async fn revision_2025_03_26() {
    check_revision("2025-03-26").await;
}

#[tokio::test]
async fn revision_2025_06_18() {
    check_revision("2025-06-18").await;
}

#[tokio::test]
async fn revision_2025_11_25() {
    check_revision("2025-11-25").await;
}

#[tokio::test]
async fn revision_2026_07_28_needs_no_opening() {
    let url = served(Options::new()).await;
    let mut request = tool_call("add", &json!({"a": 41}));
    request["params"]["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let called = post(&url)
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "add")
        .json(&request);
    let answer: Value = called
        .send()
        .await
        .expect("it answers")
        .json()
        .await
        .expect("it is JSON");
    assert_eq!(
        answer["result"]["structuredContent"],
        json!({"result": 42}),
        "{answer}"
    );
    assert_eq!(answer["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_its_call() {
    let _alone = ALONE.lock().await;
    let url = served(Options::new()).await;
    let request = post(&url).json(&tool_call("wait_for_ever", &json!({})));
    let request = tokio::spawn(request.send());
    WAITING.begun.notified().await;
    request.abort();
    WAITING.dropped.notified().await;
}

#[tokio::test]
async fn without_the_token_nobody_is_let_in() {
    let url = served(Options::new().bearer_token("s3cret")).await;
    let request = tool_call("add", &json!({"a": 1}));
    let status =
        |request: RequestBuilder| async { request.send().await.expect("it answers").status() };
    assert_eq!(
        status(post(&url).json(&request)).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        status(post(&url).bearer_auth("s3cre").json(&request)).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        status(post(&url).bearer_auth("s3cret").json(&request)).await,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_web_page_is_let_in_only_by_name() {
    let url = served(Options::new().allowed_origins(["https://app.example.org:443"])).await;
    let from = |origin: &str| {
        post(&url)
            .header("origin", origin)
            .json(&tool_call("add", &json!({"a": 1})))
    };
    let stranger = from("https://evil.example")
        .send()
        .await
        .expect("it answers");
    assert_eq!(stranger.status(), StatusCode::FORBIDDEN);
    let known = from("https://app.example.org")
        .send()
        .await
        .expect("it answers");
    assert_eq!(known.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_host_under_another_name_is_refused() {
    let url = served(Options::new()).await;
    let rebound = post(&url)
        .header("host", "evil.example")
        .json(&tool_call("add", &json!({"a": 1})));
    assert_eq!(
        rebound.send().await.expect("it answers").status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn no_session_is_kept() {
    let url = served(Options::new()).await;
    let listened = reqwest::Client::new()
        .get(&url)
        .header("accept", "text/event-stream");
    assert_eq!(
        listened.send().await.expect("it answers").status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    let answer = post(&url)
        .json(&tool_call("add", &json!({"a": 1})))
        .send()
        .await
        .expect("it answers");
    assert_eq!(answer.headers().get("mcp-session-id"), None);
}

#[test]
fn a_path_that_cannot_be_one_is_refused() {
    for path in ["mcp", "/{id}", "/*rest"] {
        let failure =
            router(dispatcher(), &Options::new().path(path)).expect_err("it cannot be one");
        assert_eq!(failure.kind(), FailureKind::Setting, "for {path}");
    }
}
