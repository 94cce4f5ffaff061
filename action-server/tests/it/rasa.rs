//! The protocol of Rasa, beyond what the black-box suite tests.

use crate::actions::SECRET;
use crate::client::{Answer, start};
use action_sdk::serde_json::{Value, json};
use action_sdk_action_server::ServerOptions;

fn body(action: &str, slots: Value) -> Value {
    let mut body = json!({"next_action": action, "tracker": {"sender_id": "u"}});
    body["tracker"]["slots"] = slots;
    body
}

async fn call(body: impl ToString) -> Answer {
    let server = start(ServerOptions::new()).await;
    server.post("/webhook", body.to_string()).await
}

#[track_caller]
fn slot(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["events"][0]["value"].clone()
}

#[tokio::test]
async fn slots_are_arguments_and_context_updates_are_slots() {
    let answer = call(body("greet", json!({"name": "Ada", "other": 1}))).await;
    assert_eq!(answer.json()["responses"][0]["text"], "Hello, Ada!");
    assert_eq!(answer.json()["events"][0]["name"], "greeted");
    assert_eq!(slot(&answer), "Ada");
}

#[tokio::test]
async fn a_slot_that_is_not_filled_is_a_missing_argument() {
    let answer = call(body("greet", json!({"name": null}))).await;
    assert_eq!(answer.status, 500);
    let error = answer.json()["error"].to_string();
    assert!(error.contains("`name`"), "{error}");
}

#[tokio::test]
async fn the_slots_are_the_context() {
    let answer = call(body("context", json!({"user": "Ada", "n": 1}))).await;
    assert_eq!(
        slot(&answer),
        json!({"user": "Ada", "all": {"user": "Ada", "n": 1}})
    );
}

#[tokio::test]
async fn a_result_that_is_no_event_is_dropped() {
    let answer = call(body("add", json!({"a": 1}))).await;
    assert_eq!(answer.json(), json!({"events": [], "responses": []}));
}

#[tokio::test]
async fn a_system_action_is_not_there() {
    for name in ["InnerAction", "inner", "InnerAction/"] {
        let answer = call(body(name, json!({}))).await;
        let error = format!("No registered action found for name '{name}'.");
        assert_eq!(
            (answer.status, answer.json()),
            (404, json!({"error": error, "action_name": name}))
        );
    }
}

#[tokio::test]
async fn a_panic_is_told_without_its_words_and_harms_nobody() {
    let server = start(ServerOptions::new()).await;
    let answer = server
        .post("/webhook", body("panic", json!({})).to_string())
        .await;
    assert_eq!(
        (answer.status, answer.json()),
        (500, json!({"error": "the action panicked"}))
    );
    assert_eq!(server.get("/health").await.status, 200);
}

#[tokio::test]
async fn a_rejection_names_the_action_as_it_was_called() {
    let answer = call(body("reject", json!({}))).await;
    let error = "Custom action 'reject' rejected execution.";
    assert_eq!(
        (answer.status, answer.json()),
        (400, json!({"error": error, "action_name": "reject"}))
    );
}

#[tokio::test]
async fn an_answer_shows_nothing_of_the_request() {
    let slots = json!({"secret": SECRET});
    for mut body in [
        body("fail", slots.clone()),
        body("add", slots.clone()),
        body("panic", slots),
    ] {
        body["tracker"]["events"] = json!([{"event": SECRET}]);
        body["domain"] = json!({"slots": {SECRET: {}}});
        let answer = call(&body).await;
        assert!(!answer.body.contains(SECRET), "{answer:?}");
    }
}

#[track_caller]
fn check_error(answer: &Answer, status: u16, part: &str) {
    let error = answer.json()["error"].to_string();
    assert!(
        answer.status == status && error.contains(part),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_no_request_is_a_400() {
    check_error(&call("").await, 400, "Invalid body request");
    check_error(&call(" null ").await, 400, "Invalid body request");
    check_error(
        &call("{\"a\": 1").await,
        400,
        "not JSON, at line 1, column 7",
    );
    check_error(&call("[]").await, 400, "must be a JSON object");
    check_error(&call("7").await, 400, "must be a JSON object");
    check_error(&call("{} {}").await, 400, "not JSON");
    check_error(&call(r#"{"next_action": 7}"#).await, 400, "`next_action`");
}

#[tokio::test]
async fn what_is_no_tracker_or_domain_is_a_500_since_a_400_is_a_rejection() {
    check_error(&call(r#"{"next_action": "add"}"#).await, 500, "`tracker`");
    for tracker in [
        "null",
        "[]",
        "7",
        "{}",
        r#"{"sender_id": "u", "slots": []}"#,
    ] {
        let body = format!(r#"{{"next_action": "add", "tracker": {tracker}}}"#);
        check_error(&call(body).await, 500, "tracker");
    }
    let events = r#"{"next_action": "add", "tracker": {"sender_id": "u", "events": {}}}"#;
    check_error(&call(events).await, 500, "`events`");
    let domain = r#"{"next_action": "add", "tracker": {"sender_id": "u"}, "domain": []}"#;
    check_error(&call(domain).await, 500, "`domain`");
}

#[tokio::test]
async fn events_are_read_when_somebody_looks_also_as_python_writes_them() {
    let events = r#"[{"event": "a", "n": NaN, "t": "\ud83d"}, {"event": "b", "n": 1e999}]"#;
    let body = format!(
        r#"{{"next_action": "history", "tracker": {{"sender_id": "u", "events": {events}}}}}"#
    );
    let expected = json!([{"event": "a", "n": null, "t": "\u{FFFD}"}, {"event": "b", "n": null}]);
    assert_eq!(slot(&call(body).await), expected);
}

fn with_domain(domain: Value, digest: Value) -> String {
    let mut body = body("domain_of", json!({}));
    body["domain"] = domain;
    body["domain_digest"] = digest;
    body.to_string()
}

#[tokio::test]
async fn two_assistants_do_not_evict_each_other() {
    let server = start(ServerOptions::new()).await;
    let post = |body: String| server.post("/webhook", body);
    post(with_domain(json!({"config": {"n": 1}}), json!("one"))).await;
    post(with_domain(json!({"config": {"n": 2}}), json!("two"))).await;
    for (digest, n) in [("one", 1), ("two", 2), ("one", 1)] {
        let answer = post(with_domain(Value::Null, json!(digest))).await;
        assert_eq!(slot(&answer)["config"]["n"], n);
    }
}

#[tokio::test]
async fn an_empty_domain_is_nobody_else_s() {
    let server = start(ServerOptions::new()).await;
    let post = |body: String| server.post("/webhook", body);
    post(with_domain(json!({"config": {"n": 1}}), json!("one"))).await;
    assert_eq!(
        slot(&post(with_domain(json!({}), json!("two"))).await),
        json!({})
    );
    assert_eq!(
        slot(&post(with_domain(json!({}), Value::Null)).await),
        json!({})
    );
    assert_eq!(
        post(with_domain(Value::Null, json!("two"))).await.status,
        449
    );
    assert_eq!(
        slot(&post(with_domain(json!({}), json!("one"))).await)["config"]["n"],
        1
    );
}

#[tokio::test]
async fn only_an_action_that_looks_at_the_domain_asks_for_it() {
    assert_eq!(call(body("domain_of", json!({}))).await.status, 449);
    assert_eq!(call(body("add", json!({"a": 1}))).await.status, 200);
}

#[tokio::test]
async fn the_list_has_rasa_s_names() {
    let server = start(ServerOptions::new()).await;
    let listed = server.get("/actions").await.json();
    let names: Vec<&str> = listed
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|action| action["name"].as_str())
        .collect();
    assert!(
        names.contains(&"domain_of") && !names.contains(&"DomainOfAction"),
        "{names:?}"
    );
    assert!(!names.iter().any(|name| name.contains("nner")), "{names:?}");
}

#[tokio::test]
async fn the_door_can_be_left_out() {
    let server = start(ServerOptions::new().rasa(false)).await;
    assert_eq!(server.get("/health").await.status, 404);
    assert_eq!(server.get("/v1/health").await.status, 200);
}
