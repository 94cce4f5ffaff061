//! The life cycle of flow instances, from top to bottom: created, linked to the flow that started them, ended,
//! restarted, dropped.

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
