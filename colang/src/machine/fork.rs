//! Forks and merges: one head becomes several, and the best of those that succeed continues.

use super::exhaustion::HEAD;
use super::run::{Run, compare_scores};
use super::slide::Slid;
use crate::program::{ForkId, Position};
use crate::state::{Failure, FlowState, HeadId, HeadRef, HeadStatus};

impl Run<'_> {
    pub(super) fn fork(
        &mut self,
        at: HeadRef,
        fork: ForkId,
        targets: &[Position],
    ) -> Result<Vec<HeadRef>, Failure> {
        self.spend(HEAD * targets.len() as u64)?;
        self.state.set_head_status(at, HeadStatus::Inactive)?;
        if let Some(flow) = self.state.flow_mut(at.flow) {
            flow.forks.insert(fork, at.head);
        }
        Ok(targets
            .iter()
            .map(|target| self.state.add_child_head(at, *target))
            .collect())
    }

    /// A head that arrives waits for others. When all events are processed, the best one continues as the forked
    /// head.
    pub(super) fn merge(&mut self, at: HeadRef, fork: ForkId) -> Result<Slid, Failure> {
        let Some(flow) = self.state.flow(at.flow) else {
            return Ok(Slid::Waits);
        };
        let Some(head) = flow.heads.get(at.head) else {
            return Ok(Slid::Waits);
        };
        if head.status() == HeadStatus::Active {
            self.state.set_head_status(at, HeadStatus::Merging)?;
            return Ok(Slid::Waits);
        }
        let position = head.position();
        let lost = || Failure::runtime("a head arrived at a merge whose fork is gone");
        let forked = flow.forks.get(&fork).copied().ok_or_else(lost)?;
        self.budget.charge(flow.heads.len() / 4);
        let below = heads_below(flow, forked);
        let merging: Vec<_> = below
            .iter()
            .copied()
            .filter(|head| {
                flow.heads
                    .get(*head)
                    .is_some_and(|head| head.status() == HeadStatus::Merging)
            })
            .map(|head| HeadRef {
                flow: at.flow,
                head,
            })
            .collect();
        let picked = if merging.len() > 1 {
            self.pick_best(&merging)
        } else {
            at
        };
        self.state.set_head_status(at, HeadStatus::Inactive)?;
        if picked != at {
            return Ok(Slid::Waits);
        }
        let forked = HeadRef {
            flow: at.flow,
            head: forked,
        };
        self.take_over(forked, at, &below);
        if let Some(flow) = self.state.flow_mut(at.flow) {
            flow.forks.remove(&fork);
        }
        self.state.move_head(forked, position)?;
        self.state.set_head_status(forked, HeadStatus::Active)?;
        Ok(Slid::Forked(vec![forked]))
    }

    /// The forked head takes over the state of the winner, and all heads below it are removed.
    fn take_over(&mut self, forked: HeadRef, winner: HeadRef, below: &[HeadId]) {
        let scores = self.state.scores(winner);
        let Some(flow) = self.state.flow_mut(winner.flow) else {
            return;
        };
        let children = flow
            .heads
            .get(forked.head)
            .map(|head| head.children.clone())
            .unwrap_or_default();
        let mut scopes = Vec::new();
        for scope in children
            .iter()
            .filter_map(|child| flow.heads.get(*child))
            .flat_map(|head| &head.scopes)
        {
            if !scopes.contains(scope) {
                scopes.push(*scope);
            }
        }
        let catches = flow
            .heads
            .get(winner.head)
            .map(|head| head.catches.clone())
            .unwrap_or_default();
        if let Some(head) = flow.heads.get_mut(forked.head) {
            head.scopes = scopes;
            head.catches = catches;
            head.children.clear();
        }
        self.state.set_scores(forked, scores);
        self.state.remove_heads(winner.flow, below);
    }

    /// One of those with the best scores, chosen at random.
    pub(super) fn pick_best(&mut self, heads: &[HeadRef]) -> HeadRef {
        let ordered = self.in_order(heads);
        self.lot_of_best(&ordered)
    }

    /// One of the first that have the same scores.
    pub(super) fn lot_of_best(&mut self, ordered: &[(Vec<f64>, HeadRef)]) -> HeadRef {
        let best = self.state.scores(ordered[0].1);
        let is_best = |(_, at): &&(Vec<f64>, HeadRef)| self.state.scores(*at) == best;
        let equal = ordered.iter().take_while(is_best).count();
        ordered[self.state.chance.below(equal)].1
    }

    /// The best first; missing scores count as 1.
    pub(super) fn in_order(&self, heads: &[HeadRef]) -> Vec<(Vec<f64>, HeadRef)> {
        let mut scored: Vec<_> = heads
            .iter()
            .map(|at| (self.state.scores(*at), *at))
            .collect();
        let longest = scored
            .iter()
            .map(|(scores, _)| scores.len())
            .max()
            .unwrap_or(0);
        for (scores, _) in &mut scored {
            scores.resize(longest, 1.0);
        }
        scored.sort_by(|(left, _), (right, _)| compare_scores(right, left));
        scored
    }
}

/// All heads below a forked one, parents before children.
fn heads_below(flow: &FlowState, forked: HeadId) -> Vec<HeadId> {
    let mut found = Vec::new();
    let children = |head: HeadId| {
        flow.heads
            .get(head)
            .map(|head| head.children.clone())
            .unwrap_or_default()
    };
    let mut open = children(forked);
    open.reverse();
    while let Some(head) = open.pop() {
        found.push(head);
        open.extend(children(head).into_iter().rev());
    }
    found
}
