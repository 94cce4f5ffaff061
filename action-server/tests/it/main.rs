//! The server as its clients see it: over TCP, with requests one after another or in parallel.

mod actions;
mod answers;
mod attacks;
mod client;
mod grpc;
mod h2_client;
mod http2;
mod library;
mod lifecycle;
mod limits;
mod nemo;
mod openapi;
mod rasa;
mod stream;
mod tls;
mod who;
