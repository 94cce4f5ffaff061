//! A notebook as MCP tools. Without arguments it uses the standard streams, for clients that start it themselves;
//! with `http 127.0.0.1:8080` it is a server.

mod notebook;

use action_sdk::prelude::*;
use action_sdk_mcp::{Options, router, serve_stdio};
use notebook::Notebook;
use std::error::Error;
use std::io::Write as _;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let dispatcher = ActionDispatcher::builder()
        .resource(Notebook::default())
        .build()?;
    let options = Options::new()
        .name("notebook")
        .instructions("Look a note up before you delete it.");
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => serve_stdio(dispatcher, &options).await?,
        (Some("http"), Some(address)) => {
            let listener = TcpListener::bind(address).await?;
            writeln!(std::io::stdout(), "http://{}/mcp", listener.local_addr()?)?;
            axum::serve(listener, router(dispatcher, &options)?).await?;
        }
        (Some(_), _) => return Err("usage: mcp-tools [http ADDRESS:PORT]".into()),
    }
    Ok(())
}
