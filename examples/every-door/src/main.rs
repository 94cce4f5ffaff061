//! Opens every door: `every-door ACTIONS_ADDRESS MCP_ADDRESS`. The script `call` next to it goes through all of them.

use action_sdk::prelude::*;
use every_door::doors;
use std::error::Error;
use std::io::Write as _;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(actions), Some(tools)) = (arguments.next(), arguments.next()) else {
        return Err("usage: every-door 127.0.0.1:5055 127.0.0.1:8080".into());
    };
    let dispatcher = ActionDispatcher::builder().build()?;
    let said = doors::ask_the_flow(dispatcher.clone()).await;
    let said = said.map_err(|error| error.to_string())?;
    let (actions, tools) = (
        TcpListener::bind(actions).await?,
        TcpListener::bind(tools).await?,
    );
    writeln!(std::io::stdout(), "a flow in the process:  {said}")?;
    doors::open(dispatcher, actions, tools).await
}
