//! Flows that call tools of the servers in `config.yml`.

use crate::clients::SERVE;
use action_sdk::prelude::*;
use action_sdk_mcp::ToolClients;
use action_sdk_runtime::{Config, Runtime, Session, parse_config};
use serde_json::json;

/// A configuration with this test program as the server `it`.
fn config(flows: &str) -> Config {
    let program = std::env::current_exe().expect("this is a program");
    let args = [
        "--exact",
        "clients::the_server",
        "--quiet",
        "--nocapture",
        "--test-threads",
        "1",
    ];
    let server = json!({"command": program, "args": args, "env": {SERVE: "ours"}});
    let yaml = format!(
        "colang_version: \"2.x\"\nmcp_servers: {}\n",
        json!({"it": server})
    );
    parse_config(&yaml, [("main.co", flows)]).expect("it is right")
}

async fn runtime(flows: &str) -> Result<Runtime, String> {
    let config = config(flows);
    let servers = config.rails().mcp_servers.clone();
    let tools = ToolClients::connect(servers)
        .await
        .map_err(|failure| failure.to_string())?;
    let builder = ActionDispatcher::builder().registry(Registry::empty());
    let dispatcher = tools
        .register(builder)
        .build()
        .map_err(|errors| errors.to_string())?;
    let runtime = Runtime::builder(config).dispatcher(dispatcher).build();
    runtime.map_err(|error| error.to_string())
}

/// The events that a session sends, as names and the member `said`.
async fn sent(session: &mut Session, event: Option<Event>) -> Vec<String> {
    let events = session
        .process_events(event.into_iter().collect())
        .await
        .expect("nothing is wrong");
    let said = |event: &Event| event.as_map().get("said").map(ToString::to_string);
    events.iter().filter_map(said).collect()
}

#[tokio::test]
async fn a_flow_awaits_a_tool() {
    let flows =
        "flow main\n  $sum = await ItAddAction(a=41)\n  send Out(said=$sum)\n  match Never()\n";
    let mut session = runtime(flows).await.expect("it is right").session();
    assert_eq!(sent(&mut session, None).await, ["42"]);
}

#[tokio::test]
async fn a_tool_that_fails_is_no_end_of_the_conversation() {
    let flows = "flow main\n  $empty = await ItPanicNowAction()\n  match Go()\n  send Out(said=\"on\")\n  match Never()\n";
    let mut session = runtime(flows).await.expect("it is right").session();
    sent(&mut session, None).await;
    let go = Event::parse(r#"{"type": "Go"}"#).expect("it is an event");
    assert_eq!(sent(&mut session, Some(go)).await, [r#""on""#]);
}

#[tokio::test]
async fn what_no_server_offers_is_told_at_start() {
    let error = runtime("flow main\n  await ItAdAction(a=41)\n")
        .await
        .expect_err("there is none");
    assert!(
        error.contains("ItAdAction") && error.contains("did you mean `ItAddAction`"),
        "{error}"
    );
}

#[tokio::test]
async fn what_a_tool_does_not_take_is_told_at_start() {
    let error = runtime("flow main\n  await ItAddAction(a=41, c=1)\n")
        .await
        .expect_err("it takes no `c`");
    assert!(error.contains("`c`"), "{error}");
}

#[test]
fn what_may_be_secret_is_hidden() {
    let written = format!("{:?}", config("flow main\n  match Never()\n").rails());
    assert!(
        !written.contains(SERVE) || !written.contains("ours"),
        "{written}"
    );
    assert!(!written.contains("--exact"), "{written}");
}
