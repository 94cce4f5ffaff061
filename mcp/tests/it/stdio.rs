//! The standard streams of a process: the tests start this test program again as the server.

use crate::{call, dispatcher, text};
use action_sdk_mcp::{Options, serve_stdio};
use rmcp::ServiceExt as _;
use rmcp::model::ClientConfig;
use rmcp::transport::TokioChildProcess;
use serde_json::json;
use std::process::Stdio;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

const SERVE: &str = "ACTION_SDK_MCP_TEST_SERVES";

fn itself() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this is a program"));
    let only = [
        "--exact",
        "stdio::the_server",
        "--quiet",
        "--nocapture",
        "--test-threads",
        "1",
    ];
    command.args(only).env(SERVE, "1").kill_on_drop(true);
    command
}

/// Not a test: the server that the tests below start.
#[tokio::test]
async fn the_server() {
    if std::env::var_os(SERVE).is_some() {
        serve_stdio(dispatcher(), &Options::new())
            .await
            .expect("the client speaks MCP");
    }
}

#[tokio::test]
async fn rmcps_client_starts_a_server_and_calls_it() {
    let process = TokioChildProcess::new(itself()).expect("it starts");
    let client = ClientConfig::default()
        .serve(process)
        .await
        .expect("the server answers");
    assert_eq!(text(&call(&client, "add", json!({"a": 41})).await), "42");
    client.cancel().await.expect("it ends");
}

#[tokio::test]
async fn lines_that_are_no_messages_are_passed_over() {
    let mut server = itself()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = server.stdin.take().expect("it is a pipe");
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let lines = [
        "this is no JSON".to_owned(),
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}).to_string(),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string(),
        "{\"half\": ".to_owned(),
        json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "add", "arguments": {"a": 41}}}).to_string(),
    ];
    input
        .write_all((lines.join("\n") + "\n").as_bytes())
        .await
        .expect("it reads");
    drop(input);
    let mut printed = String::new();
    let mut output = server.stdout.take().expect("it is a pipe");
    output
        .read_to_string(&mut printed)
        .await
        .expect("it is text");
    assert!(
        printed.contains(r#""structuredContent":{"result":42}"#),
        "{printed}"
    );
}
