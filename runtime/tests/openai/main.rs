//! The OpenAI client, against a scripted server.

#![allow(
    clippy::needless_pass_by_value,
    reason = "rows read better without references"
)]

mod answers;
mod bot;
mod configured;
mod failures;
mod fits;
mod requests;
mod secrets;
mod server;
mod streams;
#[path = "../wire/mod.rs"]
mod wire;
