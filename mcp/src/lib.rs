//! Actions as tools of the Model Context Protocol: every `#[action]` of a program, offered to any MCP client; and, with
//! the feature `client`, tools of MCP servers as actions (`ToolClients`).
//!
//! ```standalone_crate
//! use action_sdk::prelude::*;
//! use action_sdk_mcp::{Options, ToolServer};
//!
//! /// Tells the weather of a city.
//! #[action(read_only)]
//! async fn weather(
//!     /// the name of the city
//!     city: String,
//! ) -> String {
//!     format!("It is sunny in {city}.")
//! }
//!
//! let dispatcher = ActionDispatcher::builder().build()?;
//! let server = ToolServer::new(dispatcher, &Options::new())?;
//! assert_eq!(server.tools()[0].name, "weather");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! For clients that start the program themselves there is [`serve_stdio`], which uses the standard streams. For HTTP,
//! [`router`] returns an axum router, to be used alone or next to your own routes. `examples/mcp-tools` does both.
//!
//! # What a client sees
//!
//! | of the action | becomes |
//! | --- | --- |
//! | `WeatherAction` | the tool `weather`; calls may also use the action's name and its aliases |
//! | its doc comment, `title` | the description, the title |
//! | its parameters | the input schema: [`ActionDescriptor::input_schema`](action_sdk::ActionDescriptor::input_schema) |
//! | the type of its result | the output schema; anything but an object is wrapped as its member `result` |
//! | `read_only`, `destructive`, `idempotent`, `open_world` | the annotations |
//! | messages to its `dispatcher` | content; chunks of a stream are also progress, for clients that request it |
//! | an error | a result with `isError`, read by the model: what is wrong with which argument, and a valid call |
//!
//! System actions are not offered. An action that needs something only Rasa or Colang provides (`tracker`, `domain`,
//! `state` without `Option`) is an error when the server is created. Results that are only for flows, context updates
//! and events, are dropped with a warning.
//!
//! When the client cancels a call or disconnects, the action is cancelled.
//!
//! # Revisions
//!
//! 2026-07-28, and before that 2024-11-05, 2025-03-26, 2025-06-18 and 2025-11-25. There are no sessions over HTTP, so
//! any number of servers can share one address.
//!
//! # Features and cost
//!
//! | feature | default | provides |
//! | --- | --- | --- |
//! | `http` | yes | [`router`], with axum |
//! | `stdio` | yes | [`serve_stdio`] |
//! | `client` | no | `ToolClients`, with an HTTP client, TLS and a schema validator |
//!
//! The SDK alone is 36 crates; this crate with `stdio` is 69, with both default features 88. Without default features it
//! is 67 crates, and only has the [`ToolServer`], for other transports. With all features it is 189 crates.

mod answer;
#[cfg(feature = "client")]
mod client;
mod failure;
mod options;
mod progress;
mod server;
mod tools;

#[cfg(feature = "http")]
mod http;
#[cfg(feature = "stdio")]
mod stdio;

#[cfg(feature = "client")]
pub use client::ToolClients;
pub use failure::{Failure, FailureKind};
#[cfg(feature = "http")]
pub use http::router;
pub use options::Options;
pub use rmcp;
pub use server::ToolServer;
#[cfg(feature = "stdio")]
pub use stdio::serve_stdio;
