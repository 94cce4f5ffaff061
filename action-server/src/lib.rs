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
//! | Rasa (as rasa-sdk 3.21.1) | `POST /webhook`, `POST /webhook/stream`, `POST /webhook/interrupt`, `GET /actions`, `GET /health`; with the feature `grpc` also its `ActionService`, on the same address | in `endpoints.yml`: `action_endpoint: {url: "http://localhost:5055/webhook"}` |
//! | NeMo Guardrails (as nemoguardrails 0.24.1) | `POST /v1/actions/run`, `GET /v1/actions/list`, `GET /v1/actions/{name}`, `GET /v1/health` | in `config.yml`: `actions_server_url: http://localhost:5055` |
//!
//! | people and programs that do not know the server yet | `GET /openapi.json`; with the feature `openapi-ui` the page `/docs` | |
//!
//! With the feature `schema`, `GET /v1/actions/{name}` and the document tell the JSON Schemas of arguments and results.
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
//! message of the action's author, but no panic messages, no type names and no part of the request. A web page of
//! another origin may only call if [`Cors`] allows it, or with a token.
//!
//! # Compile time
//!
//! 64 crates in total, 34 more than `action-sdk` alone: axum, hyper, tokio's network, flate2. The feature `tls` adds
//! 11 more, including rustls and ring, which needs a C compiler; `grpc` adds 18, including tonic and prost; `schema`
//! adds 6; `openapi-ui` adds 23, most of which only unpack the page while the crate is built, and 4 MB to the program.

#[cfg(feature = "grpc")]
mod activity;
mod admission;
mod answer;
mod body;
mod connection;
mod cors;
mod describe;
mod guard;
#[cfg(feature = "grpc")]
mod http2;
mod json;
mod limits;
mod nemo;
mod offer;
mod openapi;
mod options;
mod origin;
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
