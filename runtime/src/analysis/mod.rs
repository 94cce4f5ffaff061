//! Static analysis of flows: checks that everything they refer to by name exists.

mod actions;
mod arguments;
mod members;
mod models;

pub(crate) use actions::{Callers, Providers, Uses, doubts, uses, uses_in};
pub(crate) use models::{Asking, of as asking};
