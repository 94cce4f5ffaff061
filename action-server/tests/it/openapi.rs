//! The OpenAPI document and its page.

use crate::client::{Answer, start};
use action_sdk::serde_json::{Value, json};
use action_sdk_action_server::ServerOptions;

async fn document() -> Value {
    let server = start(ServerOptions::new()).await;
    server.get("/openapi.json").await.json()
}

#[tokio::test]
async fn every_route_is_in_the_document() {
    let document = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, method) in [
        ("/v1/actions/run", "post"),
        ("/v1/actions/list", "get"),
        ("/v1/actions/{name}", "get"),
        ("/v1/health", "get"),
        ("/webhook", "post"),
        ("/webhook/stream", "post"),
        ("/webhook/interrupt", "post"),
        ("/actions", "get"),
        ("/health", "get"),
    ] {
        assert!(
            document["paths"][path][method].is_object(),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_protocol_that_is_not_served_is_not_in_it() {
    let server = start(ServerOptions::new().rasa(false)).await;
    let document = server.get("/openapi.json").await.json();
    assert!(document["paths"]["/webhook"].is_null());
    assert!(document["paths"]["/v1/actions/run"].is_object());
}

#[tokio::test]
async fn each_action_is_there_with_its_schema_and_an_example() {
    let document = document().await;
    let body =
        &document["paths"]["/v1/actions/run"]["post"]["requestBody"]["content"]["application/json"];
    let calls = body["schema"]["oneOf"].as_array().expect("there are calls");
    assert!(calls.contains(&json!({"$ref": "#/components/schemas/AddActionCall"})));
    let parameters = &document["components"]["schemas"]["AddActionParameters"];
    assert_eq!(parameters["properties"]["a"]["type"], "integer");
    let example = &body["examples"]["FindPlaceAction"]["value"];
    assert_eq!(example["action_name"], "FindPlaceAction");
    assert!(
        example["action_parameters"]["place"]["city"].is_string(),
        "{example}"
    );
    let slots = &document["paths"]["/webhook"]["post"]["requestBody"]["content"]["application/json"]
        ["examples"]["find_place"]["value"]["tracker"]["slots"];
    assert!(slots["place"]["city"].is_string(), "{slots}");
}

#[tokio::test]
async fn what_is_not_offered_is_not_in_it() {
    let text = document().await["components"].to_string();
    assert!(!text.contains("InnerAction") && !text.contains("HistoryActionCall"));
}

/// All references in a document.
fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document().await;
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(
        found.iter().any(|target| target.contains("/$defs/")),
        "{found:?}"
    );
    for target in found {
        let pointer = target.strip_prefix('#').expect("it is in the document");
        assert!(document.pointer(pointer).is_some(), "{target}");
    }
}

#[tokio::test]
async fn an_example_can_be_sent_as_it_is() {
    let server = start(ServerOptions::new()).await;
    let document = server.get("/openapi.json").await.json();
    let examples = &document["paths"]["/v1/actions/run"]["post"]["requestBody"]["content"]["application/json"]
        ["examples"];
    for name in ["AddAction", "FindPlaceAction", "EchoAction", "FailAction"] {
        let answer = server
            .post("/v1/actions/run", examples[name]["value"].to_string())
            .await;
        let kind = answer.json()["failure_kind"].clone();
        assert!(kind.is_null() || kind == "failed", "{name}: {answer:?}");
    }
}

async fn protected(path: &str, headers: &str) -> Answer {
    let server = start(ServerOptions::new().token("me", "s3cret")).await;
    server.raw(crate::client::head("GET", path, headers)).await
}

#[tokio::test]
async fn the_document_needs_the_token_if_there_is_one() {
    let refused = protected("/openapi.json", "").await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.head.contains("www-authenticate: basic realm="),
        "{refused:?}"
    );
    let bearer = "Authorization: Bearer s3cret\r\n";
    let answer = protected("/openapi.json", bearer).await;
    assert_eq!(answer.json()["security"], json!([{"token": []}]));
    // `:s3cret`, as a browser sends it.
    let basic = "Authorization: Basic OnMzY3JldA==\r\n";
    assert_eq!(protected("/openapi.json", basic).await.status, 200);
    assert_eq!(protected("/v1/actions/list", basic).await.status, 401);
}

#[tokio::test]
async fn the_page_works_without_a_network() {
    let server = start(ServerOptions::new()).await;
    assert!(server.get("/docs").await.head.contains("location: docs/"));
    let page = server.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-type: text/html"), "{page:?}");
    let sources = page.body.split('"').filter(|part| {
        let name = part.split('?').next().unwrap_or_default();
        [".js", ".css", ".png"]
            .iter()
            .any(|end| name.ends_with(end))
    });
    for source in sources {
        assert!(!source.contains("://"), "{source}");
        let file = server
            .get(&format!("/docs/{}", source.trim_start_matches("./")))
            .await;
        assert_eq!(file.status, 200, "{source}");
    }
    let settings = server.get("/docs/swagger-initializer.js").await;
    assert!(
        settings.body.contains(r#""url": "../openapi.json""#),
        "{settings:?}"
    );
    assert_eq!(server.get("/docs/nothing").await.status, 404);
}

#[tokio::test]
async fn the_page_itself_needs_no_token() {
    assert_eq!(protected("/docs/", "").await.status, 200);
}
