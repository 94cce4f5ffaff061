//! The heads of one flow instance, in the order in which they were created.

use serde::{Deserialize, Serialize};

use super::head::FlowHead;
use super::ids::HeadId;
use crate::map::HashSet;

/// Heads by id. Ids only increase, so the list is ordered; most instances have one head.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Heads(Vec<FlowHead>);

impl Heads {
    /// Adds a head that is younger than all others.
    pub(super) fn push(&mut self, head: FlowHead) {
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(head);
    }

    /// Releases memory that deserialization has reserved.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(crate) fn get(&self, id: HeadId) -> Option<&FlowHead> {
        self.0.get(self.index(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: HeadId) -> Option<&mut FlowHead> {
        let index = self.index(id)?;
        self.0.get_mut(index)
    }

    /// Moves all heads to the beginning.
    pub(super) fn set_aside(&mut self) {
        for head in &mut self.0 {
            head.position = 0;
            head.catches.clear();
        }
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, FlowHead> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Removes all of these in a single pass.
    pub(super) fn remove_all(&mut self, ids: &HashSet<HeadId>) {
        self.0.retain(|head| !ids.contains(&head.id));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each head comes before those after it in the list and before those it was forked into, which is always
    /// so unless a saved conversation was tampered with.
    pub(super) fn is_in_order(&self) -> bool {
        let is_forked_in_order =
            |head: &FlowHead| head.children.iter().all(|child| *child > head.id);
        self.0.is_sorted_by(|left, right| left.id < right.id)
            && self.0.iter().all(is_forked_in_order)
    }

    fn index(&self, id: HeadId) -> Option<usize> {
        self.0.binary_search_by_key(&id, |head| head.id).ok()
    }
}
