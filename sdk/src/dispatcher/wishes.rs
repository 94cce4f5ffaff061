//! The requests of a host to its builder: which actions to add, replace, leave out and expect. They are checked when
//! the dispatcher is built.

use crate::action::{ActionDescriptor, Origin};
use crate::llm::Llm;
use std::panic::Location;
use std::sync::Arc;

/// The requests of a host.
#[derive(Default)]
pub(super) struct Wishes {
    pub(super) added: Vec<ActionDescriptor>,
    pub(super) replacements: Vec<ActionDescriptor>,
    pub(super) removals: Vec<Named>,
    pub(super) action_llms: Vec<(Named, Arc<dyn Llm>)>,
    pub(super) expected_actions: Vec<Named>,
    pub(super) expected_crates: Vec<Named>,
    pub(super) doubled_resources: Vec<Named>,
}

/// A name given by the host, and where.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) origin: Origin,
}

impl Named {
    #[track_caller]
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            origin: Origin::here(Location::caller()),
        }
    }
}
