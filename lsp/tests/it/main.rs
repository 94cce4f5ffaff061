//! The server, as a client sees it at the other end of a pipe.

#![allow(
    clippy::needless_pass_by_value,
    reason = "messages are made where they are sent"
)]

mod answers;
mod client;
mod session;
