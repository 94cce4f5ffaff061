//! The server as its clients see it: over TCP, one request after another or several at once.

mod actions;
mod answers;
mod client;
mod lifecycle;
mod limits;
mod nemo;
mod rasa;
mod who;
