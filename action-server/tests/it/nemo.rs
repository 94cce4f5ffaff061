//! The protocol of NeMo Guardrails.

use crate::actions::SECRET;
use crate::client::{Answer, start};
use action_sdk::serde_json::{Map, Value, json};
use action_sdk_action_server::{Limits, ServerOptions};
use std::time::Duration;

async fn post(body: impl ToString) -> Answer {
    let server = start(ServerOptions::new()).await;
    server.post("/v1/actions/run", body.to_string()).await
}

async fn call(name: &str, parameters: Value) -> Value {
    let answer = post(json!({"action_name": name, "action_parameters": parameters})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn any_json_is_a_result() {
    for value in [
        json!(1),
        json!(true),
        json!({"a": [null]}),
        json!("text"),
        json!(1.0),
    ] {
        let answer = call("EchoAction", json!({ "value": value })).await;
        assert_eq!(
            (&answer["status"], &answer["result"]),
            (&json!("success"), &value)
        );
    }
}

#[tokio::test]
async fn what_the_action_says_rides_along() {
    let answer = call("EchoAction", json!({"value": 1})).await;
    assert_eq!(answer["responses"][0]["text"], "echoed");
    let silent = call("AddAction", json!({"a": 1, "b": 2})).await;
    assert_eq!(silent, json!({"status": "success", "result": 3}));
}

#[tokio::test]
async fn names_are_found_as_python_writes_them_too() {
    assert_eq!(call("add", json!({"a": 1})).await["result"], 2);
    assert_eq!(call("AddAction", json!({"a": 1})).await["result"], 2);
}

/// Checks a call that fails: the kind, and a part of the reason.
async fn check(name: &str, parameters: Value, kind: &str, part: &str) {
    let answer = call(name, parameters).await;
    assert_eq!(
        (&answer["status"], &answer["result"]),
        (&json!("failed"), &Value::Null)
    );
    assert_eq!(answer["failure_kind"], kind);
    let reason = answer["failure_reason"].to_string();
    assert!(reason.contains(part), "{reason}");
}

#[tokio::test]
async fn a_failure_has_its_kind_and_its_reason() {
    check("FailAction", json!({}), "failed", "the shop is closed").await;
    check("AddAction", json!({"a": "x"}), "invalid_argument", "`a`").await;
    check("AddAction", json!({}), "missing_argument", "`a`").await;
    check(
        "AddAction",
        json!({"a": 1, "c": 1}),
        "unknown_argument",
        "`c`",
    )
    .await;
    check(
        "AdAction",
        json!({}),
        "not_found",
        "did you mean `AddAction`",
    )
    .await;
    check("", json!({}), "not_found", "no action").await;
    check("RejectAction", json!({}), "rejected", "").await;
}

#[tokio::test]
async fn a_failure_names_the_parameter() {
    let answer = call("AddAction", json!({"a": "x"})).await;
    assert_eq!(answer["failure_parameter"], "a");
}

#[tokio::test]
async fn a_panic_is_told_without_its_words() {
    let answer = call("PanicNowAction", json!({})).await;
    assert_eq!(answer["failure_kind"], "panicked");
    assert!(!answer.to_string().contains(SECRET), "{answer}");
}

#[tokio::test]
async fn an_action_that_the_door_cannot_serve_says_so() {
    check("HistoryAction", json!({}), "not_found", "`tracker`").await;
    check("InnerAction", json!({}), "not_found", "system action").await;
}

#[tokio::test]
async fn the_context_can_be_sent_along() {
    let body = json!({"action_name": "ContextOfAction", "context": {"user": "Ada"}});
    let answer = post(body).await.json();
    assert_eq!(answer["result"][0]["value"]["user"], "Ada");
}

#[tokio::test]
async fn the_list_has_what_can_be_called() {
    let server = start(ServerOptions::new()).await;
    let listed = server.get("/v1/actions/list").await.json();
    let names: Vec<&str> = listed
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    assert!(names.contains(&"AddAction"), "{names:?}");
    assert!(
        !names.contains(&"HistoryAction") && !names.contains(&"InnerAction"),
        "{names:?}"
    );
}

async fn described(name: &str) -> Answer {
    let server = start(ServerOptions::new()).await;
    server.get(&format!("/v1/actions/{name}")).await
}

#[tokio::test]
async fn an_action_is_described() {
    let answer = described("FindPlaceAction").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let told = answer.json();
    for (member, expected) in [
        ("name", json!("FindPlaceAction")),
        ("aliases", json!(["find_place"])),
        ("title", json!("Find a place")),
        ("description", json!("Finds a place.")),
        ("context", json!(["user"])),
        ("execute_async", json!(false)),
        ("timeout", json!(5.0)),
        ("hints", json!({"read_only": true, "idempotent": true})),
        (
            "result",
            json!({"type": "array", "items": {"type": "string"}}),
        ),
    ] {
        assert_eq!(told[member], expected, "{member}");
    }
}

#[tokio::test]
async fn its_parameters_are_a_schema() {
    let parameters = described("FindPlaceAction").await.json()["parameters"].clone();
    assert_eq!(parameters["required"], json!(["place"]));
    assert_eq!(parameters["properties"]["most"]["default"], 3);
    let place = parameters["properties"]["place"].to_string();
    assert!(place.contains("The place to be found."), "{place}");
    let names = parameters["properties"].as_object().map(Map::len);
    assert_eq!(names, Some(2), "what the host fills is no argument");
}

#[tokio::test]
async fn an_action_is_described_under_each_of_its_names() {
    for name in ["add", "AddAction", "Add", "%41dd"] {
        let answer = described(name).await;
        assert_eq!(answer.json()["name"], "AddAction", "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_called_is_not_described() {
    for (name, part) in [
        ("AdAction", "did you mean `AddAction`?"),
        ("Zzzzzzzzzz", "/v1/actions/list"),
        ("InnerAction", "no action of this name"),
        ("HistoryAction", "it needs `tracker`"),
        ("%ff", "not UTF-8"),
    ] {
        let answer = described(name).await;
        assert_eq!(answer.status, 404, "{answer:?}");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains(part), "{detail}");
    }
}

#[tokio::test]
async fn the_server_is_well() {
    let server = start(ServerOptions::new()).await;
    let answer = server.get("/v1/health").await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"status": "pass"}))
    );
}

/// Checks a body that cannot be processed: the code and the place.
async fn check_body(body: &str, kind: &str, place: Value) {
    let answer = post(body).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    let detail = &answer.json()["detail"][0];
    assert_eq!((&detail["type"], &detail["loc"]), (&json!(kind), &place));
}

#[tokio::test]
async fn a_body_of_another_shape_is_a_422() {
    check_body("", "json_invalid", json!(["body"])).await;
    check_body("{", "json_invalid", json!(["body"])).await;
    check_body("[]", "model_attributes_type", json!(["body"])).await;
    check_body(
        r#"{"action_name": 7}"#,
        "string_type",
        json!(["body", "action_name"]),
    )
    .await;
    let list = r#"{"action_name": "x", "action_parameters": []}"#;
    check_body(list, "dict_type", json!(["body", "action_parameters"])).await;
}

#[tokio::test]
async fn a_form_of_a_page_is_not_taken() {
    let server = start(ServerOptions::new()).await;
    let head = "POST /v1/actions/run HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(server.raw(head).await.status, 415);
}

#[tokio::test]
async fn a_call_that_takes_too_long_has_timed_out() {
    let limits = Limits::new().call_time(Duration::from_millis(20));
    let server = start(ServerOptions::new().limits(limits)).await;
    let body = r#"{"action_name": "WaitAction", "action_parameters": {"key": "too long"}}"#;
    let answer = server.post("/v1/actions/run", body).await;
    assert_eq!(answer.json()["failure_kind"], "timed_out");
}
