//! The doors. All of them share one dispatcher.

use action_sdk::prelude::*;
use action_sdk_action_server::{ServerOptions, serve};
use action_sdk_mcp::{Options, router};
use action_sdk_runtime::{Runtime, parse_config};
use std::error::Error;
use std::future::{IntoFuture, pending};
use tokio::net::TcpListener;

const FLOWS: &str = r#"
import core

flow main
  user said "Where is parcel 17?"
  await FindParcelAction(number=17)
"#;

/// A flow in this process: what the bot says to a user who asks for a parcel.
///
/// # Errors
///
/// If the flow or the dispatcher is wrong.
pub async fn ask_the_flow(dispatcher: ActionDispatcher) -> Result<String, Box<dyn Error>> {
    let config = parse_config("", [("main.co", FLOWS)])?;
    let runtime = Runtime::builder(config).dispatcher(dispatcher).build()?;
    let answer = runtime.session().say("Where is parcel 17?").await?;
    Ok(answer.said.join("\n"))
}

/// NeMo Guardrails and Rasa, over HTTP and gRPC, at the first address, and MCP clients at the second one.
///
/// # Errors
///
/// If a server cannot be started, or fails.
pub async fn open(
    dispatcher: ActionDispatcher,
    actions: TcpListener,
    tools: TcpListener,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let routes = router(dispatcher.clone(), &Options::new().name("every-door"))?;
    tokio::select! {
        ended = serve(actions, dispatcher, ServerOptions::new(), pending()) => ended?,
        ended = axum::serve(tools, routes).into_future() => ended?,
    }
    Ok(())
}
