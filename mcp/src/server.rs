//! The server: answers the requests of clients, over any transport.

use crate::answer;
use crate::failure::Failure;
use crate::options::Options;
use crate::progress::{self, Listener};
use crate::tools::{Offer, Tools};
use action_sdk::{ActionDispatcher, CallScope, Invocation, Map};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The actions of a dispatcher as an MCP server, for any transport of `rmcp`. Clones share all data.
///
/// [`serve_stdio`](crate::serve_stdio) and [`router`](crate::router) create one themselves.
#[derive(Clone)]
pub struct ToolServer(Arc<Shared>);

struct Shared {
    dispatcher: ActionDispatcher,
    tools: Tools,
    config: ServerConfig,
    timeout: Option<Duration>,
}

impl ToolServer {
    /// A server of all actions that are offered.
    ///
    /// # Errors
    ///
    /// If an action needs something that no MCP client provides.
    pub fn new(dispatcher: ActionDispatcher, options: &Options) -> Result<Self, Failure> {
        let tools = Tools::new(&dispatcher, options)?;
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let identity = Implementation::new(&options.name, &options.version);
        let mut config = ServerConfig::new(capabilities).with_server_info(identity);
        config.instructions.clone_from(&options.instructions);
        Ok(Self(Arc::new(Shared {
            dispatcher,
            tools,
            config,
            timeout: options.timeout,
        })))
    }

    /// The tools, sorted by name.
    #[must_use]
    pub fn tools(&self) -> &[Tool] {
        &self.0.tools.list
    }

    async fn call(
        &self,
        offer: &Offer,
        arguments: Map,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let mut scope = CallScope::new().with_cancel(context.ct.clone());
        if let Some(timeout) = self.0.timeout {
            scope = scope.with_timeout(timeout);
        }
        match context.meta.get_progress_token() {
            Some(token) => {
                let peer = context.peer;
                self.call_aloud(offer, arguments, scope, Listener { peer, token })
                    .await
            }
            None => self.call_silently(offer, arguments, scope).await,
        }
    }

    async fn call_silently(
        &self,
        offer: &Offer,
        arguments: Map,
        scope: CallScope,
    ) -> CallToolResult {
        let invocation = Invocation::new().args(arguments).scope(scope);
        match self.0.dispatcher.call(&offer.action, invocation).await {
            Ok(result) => answer::success(offer, &result, answer::spoken(result.responses())),
            Err(error) => answer::failure(offer, &error),
        }
    }

    async fn call_aloud(
        &self,
        offer: &Offer,
        arguments: Map,
        scope: CallScope,
        listener: Listener,
    ) -> CallToolResult {
        let told = progress::call(
            &self.0.dispatcher,
            &offer.action,
            arguments,
            scope,
            listener,
        )
        .await;
        match told.outcome {
            Ok(result) => {
                let mut said = told.streamed;
                said.extend(answer::spoken(&told.messages));
                answer::success(offer, &result, said)
            }
            Err(error) => answer::failure(offer, &error),
        }
    }

    #[cold]
    fn unknown(&self, name: &str) -> ErrorData {
        let hint = match self.0.tools.suggest(name) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        let shown: String = name.chars().take(100).collect();
        ErrorData::invalid_params(format!("there is no tool `{shown}`{hint}"), None)
    }
}

impl ServerHandler for ToolServer {
    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(offer) = self.0.tools.find(&self.0.dispatcher, &request.name) else {
            return Err(self.unknown(&request.name));
        };
        let arguments = request.arguments.unwrap_or_default();
        Ok(self.call(offer, arguments, context).await.into())
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools().to_vec()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools().iter().find(|tool| tool.name == name).cloned()
    }

    fn get_info(&self) -> ServerConfig {
        self.0.config.clone()
    }
}

impl fmt::Debug for ToolServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.tools().iter().map(|tool| &tool.name);
        f.debug_list().entries(names).finish()
    }
}
