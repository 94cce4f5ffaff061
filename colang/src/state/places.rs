//! The saved form of hierarchy positions: common parts only once.

use serde::{Deserialize, Serialize};

use super::hierarchy::Hierarchy;
use crate::map::HashMap;

/// The positions of some flows and all their ancestors.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Places {
    /// The parent, counted from 1 in this list (0: none), and the last part.
    nodes: Vec<(usize, u32)>,
    /// The position of each flow in this list, counted from 0.
    flows: Vec<usize>,
}

impl Places {
    pub(super) fn of<'a>(flows: impl Iterator<Item = &'a Hierarchy>) -> Self {
        let (mut places, mut known) = (Self::default(), HashMap::default());
        for hierarchy in flows {
            let place = places.note(hierarchy, &mut known);
            places.flows.push(place);
        }
        places
    }

    fn note(&mut self, hierarchy: &Hierarchy, known: &mut HashMap<usize, usize>) -> usize {
        let mut unknown = Vec::new();
        let mut next = Some(hierarchy);
        while let Some(place) = next.filter(|place| !known.contains_key(&place.address())) {
            unknown.push(place);
            next = place.last().0;
        }
        let mut above = next.map_or(0, |place| known[&place.address()] + 1);
        for place in unknown.into_iter().rev() {
            self.nodes.push((above, place.last().1));
            above = self.nodes.len();
            known.insert(place.address(), above - 1);
        }
        above - 1
    }

    /// The positions of the flows, in the order in which they were given; `None` if the list is inconsistent.
    pub(super) fn restored(&self) -> Option<Vec<Hierarchy>> {
        let mut nodes: Vec<Hierarchy> = Vec::with_capacity(self.nodes.len());
        for (above, part) in &self.nodes {
            nodes.push(match above.checked_sub(1) {
                Some(above) => nodes.get(above)?.below(*part),
                None => Hierarchy::top(*part),
            });
        }
        let places = self.flows.iter().map(|place| nodes.get(*place).cloned());
        places.collect()
    }
}
