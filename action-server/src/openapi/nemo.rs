//! The routes for NeMo Guardrails in the document.

use super::components::{example, parameters, reference, result};
use super::{response, with_refusals};
use crate::offer::Offer;
use action_sdk::ActionDescriptor;
use action_sdk::serde_json::{Map, Value, json};

/// Adds the routes and the schemas of the actions that are offered.
pub(super) fn describe(
    offer: &Offer,
    paths: &mut Map<String, Value>,
    schemas: &mut Map<String, Value>,
) {
    let calls: Vec<Value> = offer
        .actions()
        .map(|action| call(action, schemas))
        .collect();
    let results: Vec<Value> = offer
        .actions()
        .filter_map(|action| result(action, schemas))
        .collect();
    schemas.insert("RunAnswer".to_owned(), answer(&results));
    schemas.insert("Refusal".to_owned(), refusal());
    paths.insert("/v1/actions/run".to_owned(), run(offer, &calls));
    paths.insert("/v1/actions/list".to_owned(), list());
    paths.insert("/v1/actions/{name}".to_owned(), one());
    paths.insert("/v1/health".to_owned(), health());
}

/// The body that calls one action.
fn call(action: &ActionDescriptor, schemas: &mut Map<String, Value>) -> Value {
    let parameters = parameters(action, schemas);
    let name = format!("{}Call", action.name());
    let call = json!({
        "title": action.name(),
        "description": action.description(),
        "type": "object",
        "properties": {
            "action_name": {"const": action.name()},
            "action_parameters": parameters,
            "context": {"type": "object", "description": "context variables for the action"},
        },
        "required": ["action_name"],
    });
    let reference = reference(&name);
    schemas.insert(name, call);
    reference
}

fn run(offer: &Offer, calls: &[Value]) -> Value {
    let example = |action: &ActionDescriptor| {
        let value = json!({"action_name": action.name(), "action_parameters": example(action)});
        let example = json!({"summary": action.title(), "value": value});
        (action.name().to_owned(), example)
    };
    let examples: Map<String, Value> = offer.actions().map(example).collect();
    let schema = match calls {
        [] => json!({"type": "object"}),
        calls => json!({ "oneOf": calls }),
    };
    let responses = json!({
        "200": response("what the action returned, or why it failed", &reference("RunAnswer")),
        "422": response("the body is not a call", &reference("Refusal")),
    });
    json!({"post": {
        "tags": ["NeMo Guardrails"],
        "operationId": "run_action",
        "summary": "Runs an action",
        "requestBody": {
            "required": true,
            "content": {"application/json": {"schema": schema, "examples": examples}},
        },
        "responses": with_refusals(responses, &reference("Refusal")),
    }})
}

fn answer(results: &[Value]) -> Value {
    let mut result = json!({"description": "what the action returned; null if it failed"});
    if !results.is_empty() {
        result["anyOf"] = results.iter().cloned().chain([json!({})]).collect();
    }
    json!({
        "type": "object",
        "properties": {
            "status": {"enum": ["success", "failed"]},
            "result": result,
            "failure_kind": {"type": "string", "description": "why it failed, in one word"},
            "failure_reason": {"type": "string", "description": "why it failed"},
            "failure_parameter": {"type": "string", "description": "the argument that is wrong"},
            "responses": {"type": "array", "description": "what the action says to the user"},
        },
        "required": ["status", "result"],
    })
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "properties": {"detail": {"description": "what is wrong: a sentence, or a list with places"}},
        "required": ["detail"],
    })
}

fn list() -> Value {
    let names = json!({"type": "array", "items": {"type": "string"}});
    json!({"get": {
        "tags": ["NeMo Guardrails"],
        "operationId": "list_actions",
        "summary": "Lists the names of all actions",
        "responses": {"200": response("the names", &names)},
    }})
}

fn one() -> Value {
    json!({"get": {
        "tags": ["NeMo Guardrails"],
        "operationId": "describe_action",
        "summary": "Describes an action: its arguments, its result, hints",
        "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string"}}],
        "responses": {
            "200": response("the description", &json!({"type": "object"})),
            "404": response("there is no such action", &reference("Refusal")),
        },
    }})
}

fn health() -> Value {
    json!({"get": {
        "tags": ["NeMo Guardrails"],
        "operationId": "nemo_health",
        "summary": "Whether the server is well",
        "security": [],
        "responses": {"200": {"description": "it is"}},
    }})
}
