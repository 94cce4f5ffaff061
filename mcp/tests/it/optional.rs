//! Servers that need not be there when a program starts.

use crate::dispatcher;
use crate::http::choose_cryptography;
use action_sdk::config::McpServer;
use action_sdk::prelude::*;
use action_sdk_mcp::{Options, ToolClients, router};
use action_sdk_runtime::{Problem, Runtime, parse_config};
use serde_json::json;
use tokio::net::TcpListener;

/// An address at which nobody listens.
async fn address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("it is bound").to_string()
}

fn server(address: &str) -> McpServer {
    McpServer::url(format!("http://{address}/mcp"))
}

async fn serve_at(address: &str) {
    let router = router(dispatcher(), &Options::new()).expect("nothing is missing");
    let listener = TcpListener::bind(address).await.expect("the port is free");
    tokio::spawn(async move { axum::serve(listener, router).await });
}

#[tokio::test]
async fn a_server_that_is_down_keeps_a_program_from_starting() {
    choose_cryptography();
    let failure = ToolClients::connect([("it", server(&address().await))]).await;
    let failure = failure.expect_err("nobody is there").to_string();
    assert!(
        failure.starts_with("MCP server `it`: it cannot be reached"),
        "{failure}"
    );
}

#[tokio::test]
async fn an_optional_one_does_not() {
    choose_cryptography();
    let optional = server(&address().await).optional();
    let tools = ToolClients::connect([("it", optional)])
        .await
        .expect("it is optional");
    assert!(tools.actions().is_empty());
}

#[tokio::test]
async fn an_optional_server_may_come_later() {
    choose_cryptography();
    let address = address().await;
    let tools = ToolClients::connect([("it", server(&address).optional())]).await;
    let tools =
        tools
            .expect("it is optional")
            .expecting(["ItAddAction", "ItNoneAction", "OtherAction"]);
    assert_eq!(format!("{tools:?}"), r#"["ItAddAction", "ItNoneAction"]"#);
    let builder = ActionDispatcher::builder().registry(Registry::empty());
    let dispatcher = tools.register(builder).build().expect("they fit");
    let call = |name| dispatcher.call(name, Invocation::new().arg("a", 41));

    let error = call("ItAddAction")
        .await
        .expect_err("nobody is there")
        .to_string();
    assert!(
        error.contains("MCP server `it`: it cannot be reached"),
        "{error}"
    );
    serve_at(&address).await;
    assert_eq!(
        call("ItAddAction").await.expect("it is there").return_value,
        json!(42)
    );
    let error = call("ItNoneAction")
        .await
        .expect_err("there is none")
        .to_string();
    assert!(
        error.contains("it offers no tool for the action `ItNoneAction`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_host_that_connects_is_not_warned() {
    choose_cryptography();
    let yaml = format!(
        "mcp_servers:\n  it: {{url: \"http://{}/mcp\", optional: true}}\n",
        address().await
    );
    let config =
        parse_config(&yaml, [("main.co", "flow main\n  match Never()\n")]).expect("it is right");
    let report = |dispatcher| {
        let builder = Runtime::builder(config.clone()).dispatcher(dispatcher);
        let report = builder.check().expect("the actions fit");
        report
            .warnings()
            .filter_map(Problem::path)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let without = ActionDispatcher::builder()
        .registry(Registry::empty())
        .build()
        .expect("they fit");
    assert_eq!(report(without), ["mcp_servers.it"]);
    let tools = ToolClients::connect(config.rails().mcp_servers.clone())
        .await
        .expect("it is optional");
    let builder = ActionDispatcher::builder().registry(Registry::empty());
    let with = tools.register(builder).build().expect("they fit");
    assert_eq!(report(with), Vec::<String>::new());
}
