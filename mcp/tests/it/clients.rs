//! Tools of MCP servers as actions: this test program, started as a correct or faulty server, and HTTP.

use crate::dispatcher;
use crate::http::served;
use action_sdk::config::McpServer;
use action_sdk::prelude::*;
use action_sdk_mcp::{FailureKind, Options, ToolClients, ToolServer};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::time::Duration;

pub(crate) const SERVE: &str = "ACTION_SDK_MCP_TEST_MISBEHAVES";

fn itself(role: &str) -> McpServer {
    let program = std::env::current_exe().expect("this is a program");
    let program = McpServer::command(program.to_string_lossy()).env(SERVE, role);
    let only = [
        "--exact",
        "clients::the_server",
        "--quiet",
        "--nocapture",
        "--test-threads",
        "1",
    ];
    only.into_iter().fold(program, McpServer::arg)
}

/// Not a test: the server that the tests below start.
#[tokio::test]
async fn the_server() {
    let Ok(role) = std::env::var(SERVE) else {
        return;
    };
    let streams = rmcp::transport::io::stdio_pipes();
    match role.as_str() {
        "ours" => {
            let server =
                ToolServer::new(dispatcher(), &Options::new()).expect("nothing is missing");
            server
                .serve(streams)
                .await
                .expect("it opens")
                .waiting()
                .await
                .expect("no panic");
        }
        _ => {
            Odd::default()
                .serve(streams)
                .await
                .expect("it opens")
                .waiting()
                .await
                .expect("no panic");
        }
    }
}

/// A faulty server.
#[derive(Default)]
struct Odd {
    calls: Mutex<u32>,
}

fn tool(name: &'static str, schema: Value) -> Tool {
    let schema: JsonObject = serde_json::from_value(schema).expect("a schema is an object");
    Tool::new(name, "", schema)
}

impl ServerHandler for Odd {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(
            ServerCapabilities::builder()
                .enable_tools()
                .enable_tool_list_changed()
                .build(),
        )
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let number = json!({"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]});
        let lies = tool("lie", json!({"type": "object"}))
            .with_raw_output_schema(number.as_object().expect("it is one").clone().into());
        let dies = tool("die", json!({"type": "object"}));
        let mut all = vec![
            lies,
            dies,
            tool("die-once", json!({"type": "object"}))
                .annotate(rmcp::model::ToolAnnotations::new().idempotent(true)),
            tool("forget", json!({"type": "object"})),
            tool(
                "odd_schema",
                json!({"type": "object", "properties": {"a": {"type": "nonsense"}}}),
            ),
            tool("picture", json!({"type": "object"})),
            tool(
                "say",
                json!({"type": "object", "properties": {"text": {"type": "string"}, "times": {"type": "integer"}}, "required": ["text"]}),
            ),
            tool("sleep", json!({"type": "object"})),
        ];
        if *self.calls.lock().expect("no panic") > 0 {
            all.retain(|tool| tool.name != "forget");
        }
        Ok(ListToolsResult::with_all_items(all))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let text = |text: &str| Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into());
        match request.name.as_ref() {
            "lie" => Ok(CallToolResult::structured(json!({"number": "five"})).into()),
            "die" => std::process::exit(3),
            "die-once" => {
                let mark = std::env::temp_dir().join(format!(
                    "action-sdk-mcp-{}",
                    std::env::var("MARK").expect("it is set")
                ));
                match std::fs::remove_file(&mark) {
                    Ok(()) => std::process::exit(3),
                    Err(_) => text("alive"),
                }
            }
            "forget" => {
                *self.calls.lock().expect("no panic") += 1;
                context
                    .peer
                    .notify_tool_list_changed()
                    .await
                    .expect("it is sent");
                text("forgotten")
            }
            "picture" => Ok(CallToolResult::success(vec![
                ContentBlock::text("look"),
                ContentBlock::image("AAAA", "image/png"),
            ])
            .into()),
            "say" => text(&Value::Object(request.arguments.unwrap_or_default()).to_string()),
            "sleep" => std::future::pending().await,
            _ => text(""),
        }
    }
}

async fn connected(server: McpServer) -> (ToolClients, ActionDispatcher) {
    let tools = ToolClients::connect([("it", server)])
        .await
        .expect("it answers");
    let builder = ActionDispatcher::builder().registry(Registry::empty());
    let dispatcher = tools.register(builder).build().expect("the names differ");
    (tools, dispatcher)
}

fn args(arguments: Value) -> Invocation {
    Invocation::new().args(serde_json::from_value(arguments).expect("arguments are an object"))
}

async fn value(dispatcher: &ActionDispatcher, name: &str, arguments: Value) -> Value {
    dispatcher
        .call(name, args(arguments))
        .await
        .expect("it works")
        .return_value
}

async fn error(dispatcher: &ActionDispatcher, name: &str, arguments: Value) -> ActionError {
    dispatcher
        .call(name, args(arguments))
        .await
        .expect_err("it does not work")
}

#[tokio::test]
async fn a_tool_over_the_standard_streams_is_an_action() {
    let (_tools, dispatcher) = connected(itself("ours")).await;
    assert_eq!(
        value(&dispatcher, "ItAddAction", json!({"a": 41})).await,
        42
    );
    assert_eq!(
        value(&dispatcher, "it.add", json!({"a": 1, "b": null})).await,
        2
    );
    let customer = json!({"customer": {"name": "Ada", "address": {"city": "Haifa"}}});
    assert_eq!(
        value(&dispatcher, "ItWriteLabelAction", customer).await,
        json!({"lines": ["Ada", "Haifa"], "zip": null})
    );
    assert_eq!(
        value(&dispatcher, "ItDoNothingAction", json!({})).await,
        Value::Null
    );
}

#[tokio::test]
async fn a_tool_over_http_is_an_action() {
    let url = served(Options::new().bearer_token("s3cret")).await;
    let (_tools, dispatcher) =
        connected(McpServer::url(url).header("Authorization", "Bearer s3cret")).await;
    assert_eq!(
        value(&dispatcher, "ItAddAction", json!({"a": 41})).await,
        42
    );
}

#[tokio::test]
async fn an_action_says_what_its_tool_says() {
    let (_tools, dispatcher) = connected(itself("ours")).await;
    let add = dispatcher.action("ItAddAction").expect("it is there");
    assert_eq!(
        (add.title(), add.description()),
        ("Add", "Adds two numbers.")
    );
    assert_eq!(add.hints().read_only, Some(true));
    let params: Vec<_> = add
        .params()
        .iter()
        .map(|param| (param.name(), param.is_optional(), param.description()))
        .collect();
    assert_eq!(
        params,
        [("a", false, "the first one"), ("b", true, "the second one")]
    );
    assert_eq!(add.output_schema(), Some(json!({"type": "integer"})));
}

#[tokio::test]
async fn wrong_arguments_are_found_before_they_are_sent() {
    let (_tools, dispatcher) = connected(itself("ours")).await;
    let wrong = error(
        &dispatcher,
        "ItWriteLabelAction",
        json!({"customer": {"name": "Ada", "address": {"city": 5}}}),
    )
    .await;
    assert_eq!(wrong.kind(), ActionErrorKind::InvalidArgument);
    assert_eq!(wrong.parameter(), Some("customer"));
    assert_eq!(
        wrong.message(),
        "argument `customer.address.city` does not fit: 5 is not of type \"string\""
    );
    let unknown = error(&dispatcher, "ItAddAction", json!({"a": 1, "bb": 2})).await;
    assert_eq!(unknown.kind(), ActionErrorKind::UnknownArgument);
}

#[tokio::test]
async fn the_tools_own_error_is_told() {
    let (_tools, dispatcher) = connected(itself("ours")).await;
    let nobody = json!({"customer": {"name": "", "address": {"city": "Haifa"}}});
    let error = error(&dispatcher, "ItWriteLabelAction", nobody).await;
    assert_eq!(error.kind(), ActionErrorKind::Failed);
    assert_eq!(error.message(), "a parcel needs somebody to go to");
}

#[tokio::test]
async fn null_is_left_out_where_it_may_be() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    assert_eq!(
        value(
            &dispatcher,
            "ItSayAction",
            json!({"text": "a", "times": null})
        )
        .await,
        json!(r#"{"text":"a"}"#)
    );
}

#[tokio::test]
async fn content_that_is_not_text_alone_is_a_list() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    let parts = value(&dispatcher, "ItPictureAction", json!({})).await;
    assert_eq!(
        (&parts[0]["text"], &parts[1]["mimeType"]),
        (&json!("look"), &json!("image/png"))
    );
}

#[tokio::test]
async fn a_result_that_breaks_its_promise_is_an_error() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    let error = error(&dispatcher, "ItLieAction", json!({})).await;
    assert_eq!(error.kind(), ActionErrorKind::Remote);
    assert_eq!(
        error.message(),
        "MCP server `it`: its result is not what it promises, at `number`: \"five\" is not of type \"integer\"",
    );
}

#[tokio::test]
async fn a_schema_that_is_none_is_passed_over() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    assert_eq!(
        value(&dispatcher, "ItOddSchemaAction", json!({"a": 5})).await,
        ""
    );
}

#[tokio::test]
async fn a_server_that_dies_fails_that_call_and_is_started_again() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    let error = error(&dispatcher, "ItDieAction", json!({})).await;
    assert_eq!(error.kind(), ActionErrorKind::Remote);
    assert!(error.message().contains("the connection broke"), "{error}");
    assert_eq!(
        value(&dispatcher, "ItSayAction", json!({"text": "a"})).await,
        r#"{"text":"a"}"#
    );
}

#[tokio::test]
async fn what_may_be_done_twice_is_tried_again() {
    let mark = format!("{}-once", std::process::id());
    std::fs::write(
        std::env::temp_dir().join(format!("action-sdk-mcp-{mark}")),
        "",
    )
    .expect("it can be written");
    let (_tools, dispatcher) = connected(itself("odd").env("MARK", mark)).await;
    assert_eq!(
        value(&dispatcher, "ItDieOnceAction", json!({})).await,
        "alive"
    );
}

#[tokio::test]
async fn a_tool_that_is_gone_fails_and_says_so() {
    let (_tools, dispatcher) = connected(itself("odd")).await;
    assert_eq!(
        value(&dispatcher, "ItForgetAction", json!({})).await,
        "forgotten"
    );
    // The news travels behind the result.
    let error = loop {
        match dispatcher.call("ItForgetAction", Invocation::new()).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert_eq!(
        error.message(),
        "MCP server `it`: it does not offer the tool `forget` any more"
    );
}

#[tokio::test]
async fn a_tool_that_sleeps_is_given_up() {
    let (_tools, dispatcher) =
        connected(itself("odd").with_timeout(Duration::from_millis(50))).await;
    let error = error(&dispatcher, "ItSleepAction", json!({})).await;
    assert_eq!(error.kind(), ActionErrorKind::TimedOut);
    assert_eq!(
        value(&dispatcher, "ItPictureAction", json!({})).await[0]["text"],
        "look"
    );
}

#[tokio::test]
async fn many_calls_at_once_share_a_connection() {
    let (_tools, dispatcher) = connected(itself("ours")).await;
    let calls = (0..50).map(|number| {
        let dispatcher = dispatcher.clone();
        tokio::spawn(async move { value(&dispatcher, "ItAddAction", json!({"a": number})).await })
    });
    for (number, sum) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(sum.await.expect("no panic"), number + 1);
    }
}

#[tokio::test]
async fn everything_that_keeps_from_starting_is_told_at_once() {
    let servers = [
        ("gone", McpServer::command("/nowhere/at-all")),
        ("both", McpServer::command("a").arg("b")),
        ("none", McpServer::default()),
        ("variable", McpServer::url("http://${NOT_SET_ANYWHERE}/mcp")),
        ("stop", itself("ours")),
    ];
    let failure = ToolClients::connect(servers)
        .await
        .expect_err("nothing works");
    assert_eq!(failure.kind(), FailureKind::Connection);
    let message = failure.to_string();
    for part in [
        "MCP server `gone`: it cannot be reached: ",
        "MCP server `both`: it cannot be reached: ",
        "MCP server `none`: it cannot be reached: it needs a `command` to start or a `url`",
        "the environment variable `NOT_SET_ANYWHERE` is not set",
        "MCP server `stop`: its tool `add` cannot be an action: ",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[tokio::test]
async fn two_servers_of_one_form_are_told_apart() {
    let servers = [("it-a", itself("ours")), ("it_a", itself("ours"))];
    let failure = ToolClients::connect(servers)
        .await
        .expect_err("the names clash");
    let message = failure.to_string();
    assert!(
        message.contains(
            "the tools `it-a.add` and `it_a.add` would both be the action `ItAAddAction`"
        ),
        "{message}"
    );
}

#[tokio::test]
async fn a_server_that_is_disabled_is_passed_over() {
    let mut server = McpServer::command("/nowhere/at-all");
    server.disabled = true;
    let tools = ToolClients::connect([("gone", server)])
        .await
        .expect("nothing is wanted");
    assert!(tools.actions().is_empty());
}
