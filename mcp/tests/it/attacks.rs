//! Invalid and malicious requests. Each gets an answer, and the server continues.

use crate::http::{post, served, tool_call};
use crate::{call, connected, text};
use action_sdk_mcp::Options;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Sends a raw body and checks the status; the server must still answer afterwards.
async fn check(body: impl Into<reqwest::Body>, expected: StatusCode) {
    let url = served(Options::new()).await;
    let answer = post(&url).body(body).send().await.expect("it answers");
    assert_eq!(answer.status(), expected);
    let next = post(&url)
        .json(&tool_call("add", &json!({"a": 1})))
        .send()
        .await
        .expect("it answers");
    assert_eq!(next.status(), StatusCode::OK);
}

/// Calls a tool with malformed parameters, and checks that there is an error response.
async fn check_refused(params: Value) {
    let url = served(Options::new()).await;
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let answer = post(&url).json(&request).send().await.expect("it answers");
    let text = answer.text().await.expect("it is text");
    assert!(
        text.contains("error") || text.contains("isError\":true"),
        "{text}"
    );
}

#[tokio::test]
async fn no_body() {
    check("", StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
}

#[tokio::test]
async fn no_json() {
    check(
        "{\"jsonrpc\": \"2.0\", ",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
    )
    .await;
}

#[tokio::test]
async fn no_utf_8() {
    check(
        vec![0xff, 0xfe, b'{', b'}'],
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
    )
    .await;
}

#[tokio::test]
async fn more_than_a_request_may_have() {
    check("x".repeat(5 * 1024 * 1024), StatusCode::PAYLOAD_TOO_LARGE).await;
}

#[tokio::test]
async fn json_without_end_in_its_depth() {
    let depth = 100_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    check(deep, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
}

#[tokio::test]
async fn another_type_of_body() {
    let url = served(Options::new()).await;
    let answer = post(&url)
        .header("content-type", "text/plain")
        .body("{}")
        .send()
        .await
        .expect("it answers");
    assert!(answer.status().is_client_error());
}

#[tokio::test]
async fn arguments_that_are_no_object() {
    for arguments in [json!([1]), json!("a"), json!(5)] {
        check_refused(json!({"name": "add", "arguments": arguments})).await;
    }
}

#[tokio::test]
async fn a_call_without_a_name() {
    check_refused(json!({"arguments": {}})).await;
    check_refused(json!({"name": 5})).await;
    check_refused(json!({"name": ""})).await;
}

#[tokio::test]
async fn a_name_that_is_long_is_not_sent_back_whole() {
    let url = served(Options::new()).await;
    let request = tool_call(&"x".repeat(100_000), &json!({}));
    let answer = post(&url).json(&request).send().await.expect("it answers");
    assert!(answer.text().await.expect("it is text").len() < 1000);
}

#[tokio::test]
async fn ten_megabytes_of_arguments_where_they_are_allowed() {
    let url = served(Options::new().max_body_bytes(16 * 1024 * 1024)).await;
    let long = "ä".repeat(5 * 1024 * 1024);
    let answer = post(&url)
        .json(&tool_call("echo", &json!({"text": long})))
        .send()
        .await
        .expect("it answers");
    let answer: Value = answer.json().await.expect("it is JSON");
    assert_eq!(
        answer["result"]["structuredContent"]["result"]
            .as_str()
            .map(str::len),
        Some(long.len())
    );
}

#[tokio::test]
async fn ten_megabytes_of_a_wrong_type_are_not_sent_back() {
    let client = connected().await;
    let result = call(&client, "add", json!({"a": "x".repeat(10 * 1024 * 1024)})).await;
    assert_eq!(result.is_error, Some(true));
    assert!(text(&result).len() < 2000, "{}", text(&result).len());
}

#[tokio::test]
async fn an_argument_nested_too_deeply() {
    let mut deep = json!(1);
    for _ in 0..120 {
        deep = json!([deep]);
    }
    let result = call(&connected().await, "add", json!({"a": deep})).await;
    assert_eq!(result.is_error, Some(true));
}

#[tokio::test]
async fn names_and_values_in_any_script() {
    let client = connected().await;
    let result = call(
        &client,
        "count_words",
        json!({"text": "日本 日本 \u{0} \u{202e}x"}),
    )
    .await;
    assert_eq!(result.structured_content.expect("there is some")["日本"], 2);
    let result = call(&client, "add", json!({"a": 1, "ключ": 2})).await;
    assert!(
        text(&result).contains("unknown argument `ключ`"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn a_hundred_at_once() {
    let url = served(Options::new()).await;
    let calls = (0..100).map(|number| {
        let request = post(&url).json(&tool_call("add", &json!({"a": number})));
        tokio::spawn(async move {
            request
                .send()
                .await
                .expect("it answers")
                .json::<Value>()
                .await
        })
    });
    for (number, answer) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        let answer = answer.await.expect("no panic").expect("it is JSON");
        assert_eq!(answer["result"]["structuredContent"]["result"], number + 1);
    }
}
