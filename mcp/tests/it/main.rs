//! The server as its clients see it: rmcp's client, and raw HTTP.

mod actions;
mod attacks;
mod calls;
#[cfg(feature = "client")]
mod clients;
#[cfg(feature = "client")]
mod flows;
mod http;
#[cfg(feature = "client")]
mod optional;
mod stdio;
mod tools;

use action_sdk::prelude::*;
use action_sdk_mcp::{Options, ToolServer};
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientConfig, JsonObject, ProtocolVersion,
};
use rmcp::service::{RunningService, ServiceError};
use rmcp::{
    ClientHandler, ClientLifecycleMode, ClientServiceExt as _, RoleClient, ServiceExt as _,
};
use serde_json::Value;

type Client<H = ClientConfig> = RunningService<RoleClient, H>;

fn dispatcher() -> ActionDispatcher {
    ActionDispatcher::builder()
        .without("NeedsATrackerAction")
        .build()
        .expect("everything that the actions need is there")
}

fn server() -> ToolServer {
    ToolServer::new(dispatcher(), &Options::new()).expect("MCP clients have what is needed")
}

/// A client that has connected with `initialize`, as in all revisions before 2026-07-28.
async fn connected() -> Client {
    connected_with(ClientConfig::default()).await
}

async fn connected_with<H: ClientHandler>(client: H) -> Client<H> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let running = server()
            .serve(far)
            .await
            .expect("the client opens the conversation");
        running.waiting().await.expect("the server does not panic");
    });
    client.serve(near).await.expect("the server answers")
}

/// A client of 2026-07-28, which has no handshake.
async fn discovering() -> Client {
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let running = server()
            .serve(far)
            .await
            .expect("the client discovers the server");
        running.waiting().await.expect("the server does not panic");
    });
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    let client = ClientConfig::default();
    let discover = ClientLifecycleMode::Discover { preferred_versions };
    client
        .serve_with_lifecycle(near, discover)
        .await
        .expect("the server answers")
}

fn request(tool: &str, arguments: Value) -> CallToolRequestParams {
    let arguments: JsonObject = serde_json::from_value(arguments).expect("arguments are an object");
    CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments)
}

async fn call(client: &Client, tool: &str, arguments: Value) -> CallToolResult {
    try_call(client, tool, arguments)
        .await
        .expect("the server answers")
}

async fn try_call(
    client: &Client,
    tool: &str,
    arguments: Value,
) -> Result<CallToolResult, ServiceError> {
    client.call_tool(request(tool, arguments)).await
}

/// The text of a result, one line per part.
fn text(result: &CallToolResult) -> String {
    let texts = result.content.iter().filter_map(|part| part.as_text());
    texts
        .map(|part| part.text.as_str())
        .collect::<Vec<_>>()
        .join("\n")
}
