//! The opposite direction: tools of MCP servers as actions, for flows and for callers of the dispatcher.

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
/// are checked against the tool's schema before they are sent, and results against its output schema when they arrive.
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
/// A broken connection is reopened by the next call. A call whose connection breaks is repeated once if the tool is
/// read-only or idempotent; otherwise it fails, since it may have had its effect. If a tool vanishes or changes, a
/// warning is logged, and calls of a missing tool fail with a message.
#[derive(Clone)]
pub struct ToolClients {
    connections: Vec<Arc<Connection>>,
    actions: Vec<ActionDescriptor>,
}

impl ToolClients {
    /// Connects to all servers that are not disabled, and requests their tools. Accepts `config.mcp_servers` of a
    /// [`RailsConfig`](action_sdk::RailsConfig), or a list of names and servers.
    ///
    /// # Errors
    ///
    /// If servers that are not `optional` cannot be reached, or names of tools cannot be names of actions; all problems are reported at once.
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

    /// Names actions that flows start. Those that can only be tools of optional servers that were not there when the
    /// program started are then called all the same: such a server may come later.
    ///
    /// ```no_run
    /// # async fn start(config: action_sdk::RailsConfig, actions: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    /// use action_sdk_mcp::ToolClients;
    ///
    /// // `actions` is `Config::actions` of the runtime.
    /// let tools = ToolClients::connect(config.mcp_servers.clone()).await?.expecting(actions);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn expecting<N: AsRef<str>>(mut self, actions: impl IntoIterator<Item = N>) -> Self {
        for name in actions {
            let name = name.as_ref();
            let is_known = self.actions.iter().any(|action| action.name() == name);
            let mut absent = self.connections.iter();
            let absent = absent.find(|connection| {
                connection.is_without_tools() && names::is_of(&connection.server, name)
            });
            if let (false, Some(connection)) = (is_known, absent) {
                self.actions.extend(tool::expected(connection, name));
            }
        }
        self
    }

    /// Tools whose names give the same action name.
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
        let servers = self.connections.iter();
        let builder = servers.fold(builder, |builder, connection| {
            builder.with_in_effect(format!("mcp_servers.{}", connection.server))
        });
        let actions = self.actions.iter().cloned();
        actions.fold(builder, ActionDispatcherBuilder::register)
    }

    /// Closes the connections, and ends the programs behind them. Running calls fail.
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
