//! Calls of tools with rmcp's client: results, errors, progress, cancellation.

use crate::actions::WAITING;
use crate::{
    Client, call, connected, connected_with, discovering, request, server, text, try_call,
};
use rmcp::model::{ClientRequest, ProgressNotificationParam, Request};
use rmcp::service::{NotificationContext, PeerRequestOptions, ServiceError};
use rmcp::{ClientHandler, RoleClient};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Checks the error message of a call.
#[track_caller]
fn check_error(result: &rmcp::model::CallToolResult, expected: &str) {
    assert_eq!(result.is_error, Some(true));
    assert_eq!(result.structured_content, None);
    assert_eq!(text(result), expected);
}

#[tokio::test]
async fn a_number_is_the_member_result() {
    let result = call(&connected().await, "add", json!({"a": 20, "b": 22})).await;
    assert_eq!(result.structured_content, Some(json!({"result": 42})));
    assert_eq!(text(&result), "42");
    assert_eq!(result.is_error, Some(false));
}

#[tokio::test]
async fn clients_of_2026_07_28_call_the_same() {
    let result = call(&discovering().await, "add", json!({"a": 20, "b": 22})).await;
    assert_eq!(result.structured_content, Some(json!({"result": 42})));
}

#[tokio::test]
async fn the_actions_own_name_leads_to_it_too() {
    let result = call(&connected().await, "AddAction", json!({"a": 1})).await;
    assert_eq!(text(&result), "2");
}

#[tokio::test]
async fn an_object_is_the_structured_content_itself() {
    let customer = json!({"customer": {"name": "Ada", "address": {"city": "Haifa"}}});
    let result = call(&connected().await, "write_label", customer).await;
    assert_eq!(
        result.structured_content,
        Some(json!({"lines": ["Ada", "Haifa"], "zip": null}))
    );
}

#[tokio::test]
async fn a_string_is_shown_without_quotes() {
    let result = call(
        &connected().await,
        "echo",
        json!({"text": "שלום \u{1F600}"}),
    )
    .await;
    assert_eq!(text(&result), "שלום \u{1F600}");
}

#[tokio::test]
async fn nothing_is_no_content() {
    let result = call(&connected().await, "do_nothing", json!({})).await;
    assert!(result.content.is_empty() && result.structured_content.is_none());
    assert_eq!(result.is_error, Some(false));
}

#[tokio::test]
async fn every_result_fits_its_schema() {
    let client = connected().await;
    let cases = [
        ("add", json!({"a": 1})),
        (
            "write_label",
            json!({"customer": {"name": "Ada", "address": {"city": "Haifa", "zip": "3"}}}),
        ),
        ("count_words", json!({"text": "to be or not to be"})),
        ("may_have_a_tracker", json!({})),
    ];
    let server = server();
    for (name, arguments) in cases {
        let result = call(&client, name, arguments).await;
        let tool = server
            .tools()
            .iter()
            .find(|tool| tool.name == name)
            .expect("it is there");
        let schema = tool.output_schema.as_ref().expect("it has one");
        let schema = Value::Object(schema.as_ref().clone());
        let content = result.structured_content.expect("there is some");
        assert!(
            jsonschema::is_valid(&schema, &content),
            "{name}: {content} against {schema}"
        );
    }
}

#[tokio::test]
async fn a_missing_argument_is_named_with_a_call_that_fits() {
    let result = call(&connected().await, "add", json!({})).await;
    check_error(
        &result,
        "argument `a` (i64) is missing\nThese arguments fit: {\"a\":1}",
    );
}

#[tokio::test]
async fn a_wrong_member_is_named_by_its_path() {
    let wrong = json!({"customer": {"name": "Ada", "address": {"city": 5}}});
    let result = call(&connected().await, "write_label", wrong).await;
    check_error(
        &result,
        "argument `customer` (Customer) cannot be read at `customer.address.city`: invalid type: integer `5`, \
         expected a string\nThese arguments fit: {\"customer\":{\"name\":\"text\",\"address\":{\"city\":\"text\"}}}",
    );
}

#[tokio::test]
async fn a_wrong_optional_argument_stands_in_the_example() {
    let result = call(&connected().await, "add", json!({"a": 1, "b": "two"})).await;
    assert!(
        text(&result).ends_with("These arguments fit: {\"a\":1,\"b\":1}"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn an_unknown_argument_is_named() {
    let result = call(&connected().await, "add", json!({"a": 1, "bb": 2})).await;
    assert!(
        text(&result).contains("unknown argument `bb` (did you mean `b`?)"),
        "{}",
        text(&result)
    );
}

#[tokio::test]
async fn what_the_examples_show_is_accepted() {
    let client = connected().await;
    for name in ["add", "write_label", "echo", "count_words"] {
        let wrong = call(&client, name, json!({"no_such": 1})).await;
        let wrong = text(&wrong);
        let (_, example) = wrong
            .split_once("These arguments fit: ")
            .expect("an example is shown");
        let example = serde_json::from_str(example).expect("it is JSON");
        assert_eq!(
            call(&client, name, example).await.is_error,
            Some(false),
            "for {name}"
        );
    }
}

#[tokio::test]
async fn an_actions_own_error_is_told() {
    let nobody = json!({"customer": {"name": "", "address": {"city": "Haifa"}}});
    let result = call(&connected().await, "write_label", nobody).await;
    check_error(&result, "a parcel needs somebody to go to");
}

#[tokio::test]
async fn a_panic_tells_nothing_of_the_inside_and_harms_no_other_call() {
    let client = connected().await;
    let result = call(&client, "panic_now", json!({})).await;
    check_error(
        &result,
        "the tool failed because of a mistake of its own; trying again will not help",
    );
    assert_eq!(text(&call(&client, "add", json!({"a": 1})).await), "2");
}

#[tokio::test]
async fn a_call_that_takes_too_long_has_failed() {
    let result = call(&connected().await, "take_too_long", json!({})).await;
    check_error(&result, "the tool did not finish in time");
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol() {
    let client = connected().await;
    let error = try_call(&client, "ad", json!({}))
        .await
        .expect_err("there is none");
    let ServiceError::McpError(error) = error else {
        panic!("it is no error of the protocol: {error}");
    };
    assert_eq!(error.message, "there is no tool `ad`; did you mean `add`?");
    assert!(
        try_call(&client, "reload_everything", json!({}))
            .await
            .is_err(),
        "a system action is no tool"
    );
}

#[tokio::test]
async fn what_is_for_flows_is_dropped() {
    let result = call(&connected().await, "set_the_user", json!({})).await;
    assert_eq!(text(&result), "done");
}

/// Records progress notifications.
#[derive(Clone, Default)]
struct Listening(Arc<Mutex<Vec<Heard>>>);

/// The progress of a call, and its message.
type Heard = (f64, Option<String>);

impl ClientHandler for Listening {
    async fn on_progress(
        &self,
        progress: ProgressNotificationParam,
        _context: NotificationContext<RoleClient>,
    ) {
        self.0
            .lock()
            .expect("no test panics with it")
            .push((progress.progress, progress.message));
    }
}

#[tokio::test]
async fn what_an_action_streams_is_progress_and_content() {
    let listening = Listening::default();
    let client: Client<Listening> = connected_with(listening.clone()).await;
    let result = client
        .call_tool(request("recite", json!({})))
        .await
        .expect("it answers");
    let image = r#"{"text":"look","image":"https://example.org/skull.png"}"#;
    assert_eq!(
        text(&result),
        format!("to be\nthat is the question\n{image}\n2")
    );
    let heard = listening.0.lock().expect("no test panics with it").clone();
    assert_eq!(
        heard,
        [(1.0, Some("to ".to_owned())), (2.0, Some("be".to_owned()))]
    );
}

#[tokio::test]
async fn a_call_that_the_client_cancels_is_dropped() {
    let _alone = ALONE.lock().await;
    let client = connected().await;
    let call = ClientRequest::CallToolRequest(Request::new(request("wait_for_ever", json!({}))));
    let call = client
        .send_cancellable_request(call, PeerRequestOptions::no_options())
        .await;
    WAITING.begun.notified().await;
    call.expect("it is sent")
        .cancel(Some("enough".to_owned()))
        .await
        .expect("it is sent");
    WAITING.dropped.notified().await;
}

/// The tests that look at [`WAITING`], one at a time.
pub(crate) static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn a_client_that_is_gone_cancels_its_calls() {
    let _alone = ALONE.lock().await;
    let client = connected().await;
    let call = ClientRequest::CallToolRequest(Request::new(request("wait_for_ever", json!({}))));
    let call = client
        .send_cancellable_request(call, PeerRequestOptions::no_options())
        .await;
    WAITING.begun.notified().await;
    drop(client);
    drop(call);
    WAITING.dropped.notified().await;
}

#[tokio::test]
async fn two_calls_run_at_once() {
    let client = connected().await;
    let long = "a ".repeat(1000);
    let (one, other) = tokio::join!(
        call(&client, "count_words", json!({"text": long})),
        call(&client, "echo", json!({"text": "b"})),
    );
    assert_eq!(one.structured_content, Some(json!({"a": 1000})));
    assert_eq!(text(&other), "b");
}
