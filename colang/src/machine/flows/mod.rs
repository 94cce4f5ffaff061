//! The life of the instances of a flow, from top to bottom: made, linked to whoever wants them, ended, restarted,
//! forgotten.

mod activation;
mod cleanup;
mod ending;
mod instance;
mod linking;
mod starting;
mod stopping;

pub(super) use cleanup::CleanUp;
pub(super) use ending::{End, Endings};
pub(super) use instance::Instances;
pub(super) use linking::Links;
pub(super) use starting::{Starts, Taken};
pub(super) use stopping::Stops;
