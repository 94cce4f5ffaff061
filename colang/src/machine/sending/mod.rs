//! Sending events, and updating the actions they are about.

mod actions;
mod emit;

pub(super) use actions::Actions;
pub(super) use emit::to_umim;
