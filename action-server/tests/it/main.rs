//! The server as its clients see it: over TCP, with requests one after another or in parallel.

mod actions;
mod answers;
mod client;
mod lifecycle;
mod limits;
mod nemo;
mod rasa;
mod who;
