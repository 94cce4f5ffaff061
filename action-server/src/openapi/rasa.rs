//! The routes for Rasa in the document.

use super::components::{example, reference};
use super::{response, with_refusals};
use crate::offer::Offer;
use action_sdk::serde_json::{Map, Value, json};

/// Adds the routes.
pub(super) fn describe(
    offer: &Offer,
    paths: &mut Map<String, Value>,
    schemas: &mut Map<String, Value>,
) {
    schemas.insert("WebhookRequest".to_owned(), request(offer));
    schemas.insert("WebhookAnswer".to_owned(), answer());
    schemas.insert("WebhookError".to_owned(), error());
    let examples = examples(offer);
    paths.insert("/webhook".to_owned(), webhook(&examples));
    paths.insert("/webhook/stream".to_owned(), stream(&examples));
    paths.insert("/webhook/interrupt".to_owned(), interrupt());
    paths.insert("/actions".to_owned(), actions());
    paths.insert("/health".to_owned(), health());
}

fn request(offer: &Offer) -> Value {
    let names: Vec<&str> = offer.rasa_names().collect();
    json!({
        "type": "object",
        "properties": {
            "next_action": {"enum": names},
            "tracker": {
                "type": "object",
                "description": "the conversation; slots are the arguments of the action",
                "properties": {"sender_id": {"type": "string"}, "slots": {"type": "object"}},
                "required": ["sender_id"],
            },
            "domain": {"type": "object"},
            "domain_digest": {"type": "string"},
        },
        "required": ["next_action", "tracker"],
    })
}

fn answer() -> Value {
    json!({
        "type": "object",
        "properties": {
            "events": {"type": "array", "items": {"type": "object"}},
            "responses": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["events", "responses"],
    })
}

fn error() -> Value {
    json!({
        "type": "object",
        "properties": {"error": {"type": "string"}, "action_name": {"type": "string"}},
        "required": ["error"],
    })
}

/// A request for each action.
fn examples(offer: &Offer) -> Value {
    let example = |action: &action_sdk::ActionDescriptor| {
        let name = action.aliases().next().unwrap_or(action.name());
        let tracker = json!({"sender_id": "me", "slots": example(action)});
        let value = json!({"next_action": name, "tracker": tracker});
        (
            name.to_owned(),
            json!({"summary": action.title(), "value": value}),
        )
    };
    offer.actions().map(example).collect()
}

fn body(examples: &Value) -> Value {
    let content = json!({"schema": reference("WebhookRequest"), "examples": examples});
    json!({"required": true, "content": {"application/json": content}})
}

/// The responses of a call, apart from its result.
fn failures(mut responses: Value) -> Value {
    let schema = reference("WebhookError");
    for (status, description) in [
        (
            "400",
            "the action rejected its execution, or the body is no request",
        ),
        ("404", "there is no such action"),
        ("449", "the action reads the domain; send it along"),
        ("500", "the action failed"),
    ] {
        responses[status] = response(description, &schema);
    }
    with_refusals(responses, &schema)
}

fn webhook(examples: &Value) -> Value {
    let done = json!({"200": response("events and messages", &reference("WebhookAnswer"))});
    json!({"post": {
        "tags": ["Rasa"],
        "operationId": "webhook",
        "summary": "Runs an action",
        "requestBody": body(examples),
        "responses": failures(done),
    }})
}

fn stream(examples: &Value) -> Value {
    let content = json!({"text/event-stream": {"schema": {"type": "string"}}});
    let description = "the events `chunk_start`, `chunk` and `chunk_end` while the action streams, then `final_result` or `error`";
    json!({"post": {
        "tags": ["Rasa"],
        "operationId": "webhook_stream",
        "summary": "Runs an action, and sends what it streams while it runs",
        "requestBody": body(examples),
        "responses": failures(json!({"200": {"description": description, "content": content}})),
    }})
}

fn interrupt() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {"response_id": {"type": "string"}},
        "required": ["response_id"],
    });
    json!({"post": {
        "tags": ["Rasa"],
        "operationId": "webhook_interrupt",
        "summary": "Tells the action of a stream that the user interrupted it",
        "requestBody": {"required": true, "content": {"application/json": {"schema": schema}}},
        "responses": {"204": {"description": "also if the stream has ended"}},
    }})
}

fn actions() -> Value {
    let name = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    json!({"get": {
        "tags": ["Rasa"],
        "operationId": "actions",
        "summary": "Lists the names of all actions",
        "responses": {"200": response("the names", &json!({"type": "array", "items": name}))},
    }})
}

fn health() -> Value {
    json!({"get": {
        "tags": ["Rasa"],
        "operationId": "health",
        "summary": "Whether the server is well",
        "security": [],
        "responses": {"200": {"description": "it is"}},
    }})
}
