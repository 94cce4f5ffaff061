//! The standard streams, for clients that start the program themselves.

use crate::failure::{Failure, FailureKind};
use crate::options::Options;
use crate::server::ToolServer;
use action_sdk::ActionDispatcher;
use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;

/// Serves the actions over the standard streams until the client closes them. Nothing else of the program may print to
/// standard output; logs belong on standard error.
///
/// ```no_run
/// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
/// use action_sdk::prelude::*;
///
/// let dispatcher = ActionDispatcher::builder().build()?;
/// action_sdk_mcp::serve_stdio(dispatcher, &action_sdk_mcp::Options::new()).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// If an action needs something that no MCP client provides, or the client does not speak MCP.
pub async fn serve_stdio(dispatcher: ActionDispatcher, options: &Options) -> Result<(), Failure> {
    let server = ToolServer::new(dispatcher, options)?;
    let running = match server.serve(rmcp::transport::io::stdio_pipes()).await {
        Ok(running) => running,
        // A client that only connects and disconnects.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => {
            let message = "the client did not open the conversation as MCP has it";
            return Err(Failure::caused_by(FailureKind::Connection, message, error));
        }
    };
    let ended = running.waiting().await;
    let message = "the connection to the client broke";
    ended
        .map(|_| ())
        .map_err(|error| Failure::caused_by(FailureKind::Connection, message, error))
}
