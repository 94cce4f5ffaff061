//! What is found out about flows before anything runs: that what they ask for by name is there.

mod actions;
mod arguments;
mod members;
mod models;

pub(crate) use actions::{Callers, Providers, Uses, doubts, uses, uses_in};
pub(crate) use models::{Asking, of as asking};
