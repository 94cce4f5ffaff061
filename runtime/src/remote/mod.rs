//! Actions that another actions server performs: `actions_server_url` of `config.yml`.
//!
//! This module needs the cargo feature `remote`, which is off by default: it adds an HTTP client and TLS, the same as
//! the feature `openai`.
//!
//! ```yaml
//! actions_server_url: http://localhost:8001
//! ```
//!
//! ```no_run
//! use action_sdk::ActionDispatcher;
//! use action_sdk_runtime::remote::ActionsServer;
//! use action_sdk_runtime::{Runtime, load_config};
//!
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let config = load_config("bot")?;
//! let mut dispatcher = ActionDispatcher::builder();
//! if let Some(server) = ActionsServer::of(&config) {
//!     dispatcher = server.connect().await?.register(dispatcher);
//! }
//! let runtime = Runtime::builder(config).dispatcher(dispatcher.build()?).build()?;
//! # Ok(())
//! # }
//! ```
//!
//! The protocol is that of the actions server of nemoguardrails 0.24.1, which `action-sdk-action-server` speaks, too.
//! Flows call the actions of the server as if they were local; no local twin is needed.
//!
//! # Which actions
//!
//! At start the server is asked for its list, and about each action for its signature. nemoguardrails' own server
//! knows only names; then the signature is that of an action of the same name in this program, or unknown, and any
//! argument is sent. An action that flows start and nobody provides is an error of
//! [`RuntimeBuilder::build`](crate::RuntimeBuilder::build), with its place.
//!
//! The names are those of the server, in the spelling of flows: `fetch_price` is `FetchPriceAction`.
//!
//! If several provide an action of the same name, in any spelling:
//!
//! 1. A system action of this program, such as all of the runtime's own, always runs here. So do actions of the engine
//!    (`AddFlowsAction`) and the standard ones (`UtteranceBotAction`), which no server may perform.
//! 2. Then the actions server, as in nemoguardrails. The local twin tells what the server does not: parameters, context
//!    variables, hints. [`ActionsServer::local_first`] turns this round.
//! 3. Then a local action, or a tool of an MCP server; two of these with one name are an error.
//!
//! A server that has no list is asked for the actions that flows start and nobody else provides.
//!
//! # A call
//!
//! Arguments are sent as `action_parameters`, and the context variables that the action declares: in the member
//! `context` to a server that tells signatures, else as arguments `__context__NAME`, as functions of nemoguardrails take
//! them. Nothing else of the conversation is sent. The result may be any JSON value; messages for the user
//! (`responses`) are said. When a flow stops the action, its request is closed.
//!
//! | what happens | the action fails with |
//! | --- | --- |
//! | the action itself fails | its own kind and reason, if the server tells them |
//! | no connection, a connection that breaks, a status other than 200 | [`Remote`](action_sdk::ActionErrorKind::Remote), and the reason |
//! | an answer that is too long, no JSON, or none of this protocol | the same |
//! | no whole answer in time | [`TimedOut`](action_sdk::ActionErrorKind::TimedOut) |
//!
//! Only this one action fails, and the conversation continues. After a temporary failure the request is sent again, but
//! only for actions that are `read_only` or `idempotent`, since others may have had their effect. The wait is what the
//! server asks for (`Retry-After`), if that is up to 30 s, otherwise up to half a second, doubled each time.
//!
//! Redirects are not followed. Proxies are taken from the environment, except for servers on this machine.

mod action;
mod client;
mod discover;
mod error;
mod offer;
mod server;

use std::fmt;

use action_sdk::{ActionDescriptor, ActionDispatcherBuilder};

pub use error::{RemoteError, RemoteErrorKind};
pub use server::ActionsServer;

/// The setting that names a server.
const SETTING: &str = "actions_server_url";

/// The actions of a server.
#[derive(Clone)]
#[must_use = "no flow can call them before `.register(..)`"]
pub struct RemoteActions {
    actions: Vec<ActionDescriptor>,
    /// Whether actions of this program take precedence.
    yields: bool,
    is_of_settings: bool,
}

impl RemoteActions {
    /// The actions, with what is known of them.
    #[must_use]
    pub fn actions(&self) -> &[ActionDescriptor] {
        &self.actions
    }

    /// Adds them to those of a dispatcher.
    #[must_use]
    pub fn register(self, builder: ActionDispatcherBuilder) -> ActionDispatcherBuilder {
        let builder = match self.is_of_settings {
            true => builder.with_in_effect(SETTING),
            false => builder,
        };
        let add = match self.yields {
            true => ActionDispatcherBuilder::register_fallback,
            false => ActionDispatcherBuilder::register_elsewhere,
        };
        self.actions.into_iter().fold(builder, add)
    }
}

impl fmt::Debug for RemoteActions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.actions.iter().map(ActionDescriptor::name);
        f.debug_list().entries(names).finish()
    }
}
