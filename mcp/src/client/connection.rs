//! One server: its connection, which is reopened when it breaks, and its tools.

use super::names;
use super::offer::Offer;
use super::transport;
use action_sdk::config::McpServer;
use action_sdk::{ActionError, ActionErrorKind};
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult, ClientConfig, Tool};
use rmcp::service::{NotificationContext, Peer, RunningService, ServiceError};
use rmcp::{ClientHandler, RoleClient};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// How long the first response of a server may take.
const OPENING: Duration = Duration::from_secs(30);

type Running = RunningService<RoleClient, Listener>;

/// A server.
pub(super) struct Connection {
    pub(super) server: String,
    settings: McpServer,
    live: tokio::sync::Mutex<Option<Running>>,
    /// The current tools, by name.
    offered: Mutex<Offers>,
    /// For notifications of the server.
    own: Weak<Self>,
}

type Offers = BTreeMap<String, Arc<Offer>>;

impl Connection {
    /// Connects and requests the tools. An optional server need not be there yet.
    ///
    /// # Errors
    ///
    /// Why this is not possible.
    pub(super) async fn open(server: String, settings: McpServer) -> Result<Arc<Self>, String> {
        let connection = Arc::new_cyclic(|own| Self {
            server,
            settings,
            live: tokio::sync::Mutex::default(),
            offered: Mutex::default(),
            own: Weak::clone(own),
        });
        let opened = connection.connected().await;
        let (running, tools) = match opened {
            Ok(opened) => opened,
            Err(problem) if connection.settings.optional => {
                let server = &connection.server;
                tracing::warn!(server, problem, "starting without an optional MCP server");
                return Ok(connection);
            }
            Err(problem) => return Err(connection.in_words(&problem)),
        };
        *connection.offered() = connection.by_name(tools);
        *connection.live.lock().await = Some(running);
        Ok(connection)
    }

    async fn connected(&self) -> Result<(Running, Vec<Tool>), String> {
        let connection = Weak::clone(&self.own);
        let opening = async {
            let running = transport::open(&self.settings, Listener { connection }).await?;
            let tools = running.list_all_tools().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>((running, tools))
        };
        match tokio::time::timeout(OPENING, opening).await {
            Ok(opened) => opened.map_err(|error| format!("it cannot be reached: {error}")),
            Err(_) => Err(format!("it did not answer within {OPENING:?}")),
        }
    }

    /// How long a call may take.
    pub(super) fn timeout(&self) -> Duration {
        self.settings.timeout()
    }

    /// The current tools, sorted by name.
    pub(super) fn tools(&self) -> Vec<Arc<Offer>> {
        self.offered().values().cloned().collect()
    }

    /// The current form of the tool.
    ///
    /// # Errors
    ///
    /// If it no longer exists.
    pub(super) fn tool(&self, name: &str) -> Result<Arc<Offer>, ActionError> {
        let tool = self.offered().get(name).cloned();
        tool.ok_or_else(|| self.failure(format!("it does not offer the tool `{name}` any more")))
    }

    /// Whether it has no tools, or was not there yet.
    pub(super) fn is_without_tools(&self) -> bool {
        self.offered().is_empty()
    }

    /// The tool with this action name, of a server that need not have been there before.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or has no such tool.
    pub(super) async fn tool_of_action(&self, action: &str) -> Result<Arc<Offer>, ActionError> {
        let find = || {
            let mut tools = self.tools().into_iter();
            tools.find(|offer| names::action_name(&self.server, &offer.tool.name) == action)
        };
        if let Some(found) = find() {
            return Ok(found);
        }
        self.peer().await?;
        find().ok_or_else(|| self.failure(format!("it offers no tool for the action `{action}`")))
    }

    /// Calls a tool. If the connection breaks, calls that may be repeated are retried over a new one.
    pub(super) async fn call(
        &self,
        request: CallToolRequestParams,
        is_repeatable: bool,
    ) -> Result<CallToolResult, ActionError> {
        let first = self.peer().await?.call_tool_once(request.clone()).await;
        let answer = match first {
            Err(ServiceError::TransportClosed | ServiceError::TransportSend(_))
                if is_repeatable =>
            {
                self.peer().await?.call_tool_once(request).await
            }
            answer => answer,
        };
        match answer {
            Ok(CallToolResponse::Complete(result)) => Ok(result),
            Ok(_) => {
                Err(self.failure("it wants to be asked again with what only a person can answer"))
            }
            Err(ServiceError::McpError(error)) => Err(self.failure(&error.message)),
            Err(ServiceError::TransportClosed | ServiceError::TransportSend(_)) => Err(self
                .failure(
                    "the connection broke while the tool ran; nobody knows whether it was done",
                )),
            Err(error) => Err(self.failure(error.to_string())),
        }
    }

    /// The open connection, or a new one.
    async fn peer(&self) -> Result<Peer<RoleClient>, ActionError> {
        let mut live = self.live.lock().await;
        if let Some(running) = live.as_ref().filter(|running| is_open(running)) {
            return Ok(running.peer().clone());
        }
        // One that broke is dropped, and with it the program behind it.
        *live = None;
        let server = &self.server;
        tracing::info!(server, "connecting to an MCP server again");
        let (running, tools) = self
            .connected()
            .await
            .map_err(|problem| self.failure(problem))?;
        self.update(tools);
        let peer = running.peer().clone();
        *live = Some(running);
        Ok(peer)
    }

    /// Updates the tools, and logs what has changed.
    fn update(&self, tools: Vec<Tool>) {
        let now = self.by_name(tools);
        let mut known = self.offered();
        let server = &self.server;
        for (tool, offer) in known.iter() {
            match now.get(tool) {
                None => tracing::warn!(
                    server,
                    tool,
                    "an MCP server does not offer this tool any more"
                ),
                Some(new) if !new.is_like(offer) => {
                    tracing::warn!(
                        server,
                        tool,
                        "a tool of an MCP server has other arguments or results now"
                    );
                }
                Some(_) => {}
            }
        }
        *known = now;
    }

    fn by_name(&self, tools: Vec<Tool>) -> Offers {
        let offers = tools.into_iter().map(|tool| Offer::new(&self.server, tool));
        offers
            .map(|offer| (offer.tool.name.to_string(), Arc::new(offer)))
            .collect()
    }

    pub(super) fn failure(&self, problem: impl AsRef<str>) -> ActionError {
        ActionError::new(ActionErrorKind::Remote, self.in_words(problem.as_ref()))
    }

    fn in_words(&self, problem: &str) -> String {
        format!("MCP server `{}`: {problem}", self.server)
    }

    pub(super) async fn close(&self) {
        let running = self.live.lock().await.take();
        if let Some(running) = running {
            // It is of no interest any more how it ends.
            let _ended = running.cancel().await;
        }
    }

    fn offered(&self) -> MutexGuard<'_, Offers> {
        self.offered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_open(running: &Running) -> bool {
    !running.is_closed() && !running.peer().is_transport_closed()
}

/// Handles notifications of the server.
pub(super) struct Listener {
    connection: Weak<Connection>,
}

impl ClientHandler for Listener {
    fn get_info(&self) -> ClientConfig {
        transport::identity()
    }

    async fn on_tool_list_changed(&self, context: NotificationContext<RoleClient>) {
        match context.peer.list_all_tools().await {
            Ok(tools) => {
                if let Some(connection) = self.connection.upgrade() {
                    connection.update(tools);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "an MCP server has other tools now, and does not tell which");
            }
        }
    }
}
