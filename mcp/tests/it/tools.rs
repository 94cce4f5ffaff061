//! The list of tools that clients get.

use crate::{connected, discovering, dispatcher, server};
use action_sdk::prelude::*;
use action_sdk_mcp::{FailureKind, Options, ToolServer};
use rmcp::model::Tool;
use serde_json::{Value, json};
use std::sync::Arc;

fn tool(name: &str) -> Tool {
    let tools = server().tools().to_vec();
    tools
        .into_iter()
        .find(|tool| tool.name == name)
        .expect("it is offered")
}

fn written(tool: &Tool) -> Value {
    serde_json::to_value(tool).expect("a tool is JSON")
}

#[test]
fn a_tool_is_all_that_its_action_says() {
    let expected = json!({
        "name": "add",
        "title": "Add",
        "description": "Adds two numbers.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "a": {"description": "the first one", "type": "integer"},
                "b": {"description": "the second one", "type": "integer", "default": 1},
            },
            "required": ["a"],
            "additionalProperties": false,
        },
        "outputSchema": {
            "type": "object",
            "properties": {"result": {"type": "integer"}},
            "required": ["result"],
        },
        "annotations": {"title": "Add", "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false},
    });
    assert_eq!(written(&tool("add")), expected);
}

#[test]
fn a_tool_without_arguments_has_an_empty_object() {
    let tool = written(&tool("do_nothing"));
    assert_eq!(tool["inputSchema"]["properties"], json!({}));
    assert_eq!(tool.get("outputSchema"), None);
}

#[test]
fn what_has_no_description_has_its_name() {
    assert_eq!(written(&tool("do_nothing"))["description"], "do nothing");
}

#[test]
fn system_actions_are_not_offered() {
    assert!(
        server()
            .tools()
            .iter()
            .all(|tool| tool.name != "reload_everything")
    );
}

#[test]
fn every_name_is_one_that_clients_take() {
    for tool in server().tools() {
        let plain = tool
            .name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        assert!(plain && tool.name.len() <= 64, "{}", tool.name);
    }
}

#[test]
fn every_schema_is_one() {
    for tool in server().tools() {
        let input = Value::Object(tool.input_schema.as_ref().clone());
        jsonschema::draft202012::new(&input).expect("the input schema is one");
        if let Some(output) = &tool.output_schema {
            assert_eq!(output["type"], "object", "{}", tool.name);
            jsonschema::draft202012::new(&Value::Object(output.as_ref().clone()))
                .expect("the output schema is one");
        }
    }
}

#[test]
fn a_host_chooses_what_it_offers() {
    let options = Options::new().offer(|action| action.hints().read_only == Some(true));
    let server = ToolServer::new(dispatcher(), &options).expect("nothing is missing");
    let names: Vec<&str> = server
        .tools()
        .iter()
        .map(|tool| tool.name.as_ref())
        .collect();
    assert_eq!(names, ["add"]);
}

#[test]
fn what_no_client_has_is_told_at_start() {
    let all = ActionDispatcher::builder()
        .build()
        .expect("the dispatcher has everything");
    let failure = ToolServer::new(all, &Options::new()).expect_err("it needs a tracker");
    assert_eq!(failure.kind(), FailureKind::Unavailable);
    let message = failure.to_string();
    assert!(
        message.contains("`NeedsATrackerAction`") && message.contains("needs `tracker`"),
        "{message}"
    );
}

#[test]
fn two_actions_with_one_short_name_keep_their_own() {
    let action = |name: &'static str| {
        let action = ActionDescriptor::new(name, |_: Arc<Call>| async { Ok::<_, ActionError>(1) });
        action.expect("the name is right")
    };
    let registry = Registry::empty()
        .with(action("GetItAction"))
        .with(action("Get_itAction"));
    let dispatcher = ActionDispatcher::builder()
        .registry(registry)
        .build()
        .expect("both are there");
    let server = ToolServer::new(dispatcher, &Options::new()).expect("nothing is missing");
    let names: Vec<&str> = server
        .tools()
        .iter()
        .map(|tool| tool.name.as_ref())
        .collect();
    assert_eq!(names, ["GetItAction", "Get_itAction"]);
}

#[tokio::test]
async fn both_ways_to_open_a_conversation_list_the_same() {
    let own = server().tools().len();
    assert_eq!(
        connected()
            .await
            .list_all_tools()
            .await
            .expect("it answers")
            .len(),
        own
    );
    assert_eq!(
        discovering()
            .await
            .list_all_tools()
            .await
            .expect("it answers")
            .len(),
        own
    );
}
