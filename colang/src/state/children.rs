//! The flows that a flow has started or activated, in that order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::FlowKey;

/// Flows by number, in insertion order; a flow can occur more than once.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(u64, FlowKey)>", into = "Vec<(u64, FlowKey)>")]
pub(crate) struct Children(BTreeMap<u64, FlowKey>);

impl Children {
    /// Adds a flow under a number greater than all before.
    pub(crate) fn push(&mut self, number: u64, child: FlowKey) {
        self.0.insert(number, child);
    }

    pub(crate) fn remove(&mut self, number: u64) {
        self.0.remove(&number);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = FlowKey> {
        self.0.values().copied()
    }

    pub(super) fn numbered(&self) -> impl Iterator<Item = (u64, FlowKey)> {
        self.0.iter().map(|(number, child)| (*number, *child))
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(FlowKey) -> bool) {
        self.0.retain(|_, child| keep(*child));
    }
}

impl From<Vec<(u64, FlowKey)>> for Children {
    fn from(children: Vec<(u64, FlowKey)>) -> Self {
        Self(children.into_iter().collect())
    }
}

impl From<Children> for Vec<(u64, FlowKey)> {
    fn from(children: Children) -> Self {
        children.0.into_iter().collect()
    }
}
