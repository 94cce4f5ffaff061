//! A server for actions over HTTP and gRPC: NeMo Guardrails and Rasa call the same functions, written once with
//! [`#[action]`](action_sdk::action).
//!
//! ```standalone_crate
//! use action_sdk::prelude::*;
//! use action_sdk::rasa::{Events, RasaEvent};
//! use action_sdk_action_server::{ServerOptions, serve};
//! use tokio::net::TcpListener;
//!
//! /// Greets whoever is there.
//! #[action(aliases = ["action_greet"])]
//! async fn greet(name: &str, dispatcher: &CollectingDispatcher) -> Events {
//!     dispatcher.utter_text(format!("Hello, {name}!"));
//!     RasaEvent::slot_set("greeted", true).into()
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let dispatcher = ActionDispatcher::builder().build()?;
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! # let shutdown = async {};
//! serve(listener, dispatcher, ServerOptions::new(), shutdown).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The doors
//!
//! | for | paths | configuration of the client |
//! | --- | --- | --- |
//! | Rasa (as rasa-sdk 3.21.1) | `POST /webhook`, `GET /actions`, `GET /health`; with the feature `grpc` also its `ActionService`, on the same address | in `endpoints.yml`: `action_endpoint: {url: "http://localhost:5055/webhook"}` |
//! | NeMo Guardrails (as nemoguardrails 0.24.1) | `POST /v1/actions/run`, `GET /v1/actions/list`, `GET /v1/health` | in `config.yml`: `actions_server_url: http://localhost:5055` |
//!
//! | a call from … | Rasa | NeMo Guardrails |
//! | --- | --- | --- |
//! | arguments | slots of the same name that are filled | `action_parameters` |
//! | `context` | the slots | `context` of the request, where the client sends it |
//! | `tracker`, `domain` | from the request | only as `Option`; actions that require them are not offered |
//! | `dispatcher` | `responses` | `responses`, if there are any |
//! | return value | [`Events`](action_sdk::rasa::Events); anything else is dropped with a warning | `result` |
//! | context updates | `slot` events | dropped with a warning |
//! | a failure | status 500 with `error`; a rejection is 400 | status 200, `status` is `failed`, with `failure_kind` and `failure_reason` |
//!
//! System actions are not offered. An action with a required parameter that a protocol does not have is not offered
//! there; a warning is logged when the router is built.
//!
//! # Authentication and limits
//!
//! Nothing here reads the environment or a command line: see [`ServerOptions`] and [`Limits`]. Without tokens or client
//! certificates [`serve`] accepts only loopback addresses, unless the options say otherwise. Error answers contain the
//! message of the action's author, but no panic messages, no type names and no part of the request.
//!
//! # Compile time
//!
//! 63 crates in total, 33 more than `action-sdk` alone: axum, hyper, tokio's network, flate2. The feature `tls` adds
//! 11 more, including rustls and ring, which needs a C compiler; the feature `grpc` adds 19, including tonic and prost.

mod admission;
mod answer;
mod body;
mod connection;
mod cors;
mod guard;
mod json;
mod limits;
mod nemo;
mod offer;
mod options;
mod rasa;
mod reason;
mod router;
mod serve;
#[cfg(feature = "tls")]
mod tls;
mod tokens;

pub use cors::Cors;
pub use limits::Limits;
pub use options::ServerOptions;
pub use router::router;
pub use serve::{ServeError, serve};
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};
pub use tokens::Caller;
