//! The other way round: tools of MCP servers as actions, for flows and for whoever calls the dispatcher.

mod connection;
mod expand;
mod names;
mod offer;
mod tool;
mod transport;

use crate::failure::{Failure, FailureKind};
use action_sdk::config::McpServer;
use action_sdk::{ActionDescriptor, ActionDispatcherBuilder};
use connection::Connection;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Connections to MCP servers, and their tools as actions.
///
/// The tool `read_file` of the server `fs` is the action `FsReadFileAction`, with the alias `fs.read_file`. Arguments
/// are held against the tool's schema before they are sent, and results against its output schema when they come.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use action_sdk::config::McpServer;
/// use action_sdk::prelude::*;
/// use action_sdk_mcp::ToolClients;
///
/// let files = McpServer::command("npx").arg("-y").arg("@modelcontextprotocol/server-filesystem").arg("/srv");
/// let tools = ToolClients::connect([("fs", files)]).await?;
/// let dispatcher = tools.register(ActionDispatcher::builder()).build()?;
/// let read = Invocation::new().arg("path", "/srv/notes.txt");
/// let text = dispatcher.call("FsReadTextFileAction", read).await?;
/// # Ok(())
/// # }
/// ```
///
/// A connection that broke is opened again by the next call. A call whose connection breaks is repeated once, if the
/// tool only reads or is idempotent; otherwise it fails, for it may have been done. When a server offers a tool no
/// more, or in another form, that is a warning in the log, and calls of a tool that is gone fail and say so.
#[derive(Clone)]
pub struct ToolClients {
    connections: Vec<Arc<Connection>>,
    actions: Vec<ActionDescriptor>,
}

impl ToolClients {
    /// Connects to all servers that are not disabled, and asks for their tools. `config.mcp_servers` of a
    /// [`RailsConfig`](action_sdk::RailsConfig) fits, as does a list of names and servers.
    ///
    /// # Errors
    ///
    /// If a server cannot be reached, or tools cannot be actions under their names: everything at once.
    pub async fn connect<N: Into<String>>(
        servers: impl IntoIterator<Item = (N, McpServer)>,
    ) -> Result<Self, Failure> {
        let mut clients = Self {
            connections: Vec::new(),
            actions: Vec::new(),
        };
        let mut problems = Vec::new();
        let enabled = servers.into_iter().filter(|(_, server)| !server.disabled);
        let opened =
            enabled.map(|(name, server)| tokio::spawn(Connection::open(name.into(), server)));
        for opening in opened.collect::<Vec<_>>() {
            match opening.await {
                Ok(Ok(connection)) => clients.add(&connection, &mut problems),
                Ok(Err(problem)) => problems.push(problem),
                Err(error) => problems.push(error.to_string()),
            }
        }
        problems.extend(clients.clashes());
        match problems.as_slice() {
            [] => Ok(clients),
            _ => Err(Failure::new(FailureKind::Connection, problems.join("\n"))),
        }
    }

    fn add(&mut self, connection: &Arc<Connection>, problems: &mut Vec<String>) {
        self.connections.push(Arc::clone(connection));
        for tool in connection.tools() {
            match tool::action(connection, &tool) {
                Ok(action) => self.actions.push(action),
                Err(problem) => problems.push(problem),
            }
        }
    }

    /// Tools whose names come to the same action.
    fn clashes(&self) -> Vec<String> {
        let mut known: HashMap<&str, &ActionDescriptor> = HashMap::new();
        let mut clashes = Vec::new();
        for action in &self.actions {
            if let Some(other) = known.insert(action.name(), action) {
                let aliases: Vec<&str> = [other, action]
                    .into_iter()
                    .flat_map(ActionDescriptor::aliases)
                    .collect();
                clashes.push(format!(
                    "the tools `{}` would both be the action `{}`; give one of the servers another name",
                    aliases.join("` and `"),
                    action.name(),
                ));
            }
        }
        clashes
    }

    /// The tools as actions.
    #[must_use]
    pub fn actions(&self) -> &[ActionDescriptor] {
        &self.actions
    }

    /// Adds the tools to those of a dispatcher.
    #[must_use]
    pub fn register(&self, builder: ActionDispatcherBuilder) -> ActionDispatcherBuilder {
        let actions = self.actions.iter().cloned();
        actions.fold(builder, ActionDispatcherBuilder::register)
    }

    /// Ends the connections, and the programs behind them. Calls that still run fail.
    pub async fn close(self) {
        for connection in self.connections {
            connection.close().await;
        }
    }
}

impl fmt::Debug for ToolClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.actions.iter().map(ActionDescriptor::name);
        f.debug_list().entries(names).finish()
    }
}
