//! Forks and merges: one head becomes several, and the best of those that succeed continues.

use super::Slid;
use crate::machine::job::job;
use crate::machine::run::{HEAD, Run};
use crate::program::{ForkId, Position};
use crate::state::{Failure, FlowState, HeadId, HeadRef, HeadStatus, Scores};

job! {
    /// Forks and merges heads. Changes the heads of one flow, and uses random numbers.
    Forks
}

impl Forks<'_, '_> {
    pub(super) fn fork(
        &mut self,
        at: HeadRef,
        fork: ForkId,
        targets: &[Position],
    ) -> Result<Vec<HeadRef>, Failure> {
        self.spend(HEAD * targets.len() as u64)?;
        self.state.set_head_status(at, HeadStatus::Inactive)?;
        self.state.at_mut(at.flow).forks.insert(fork, at.head);
        let heads = targets.iter();
        Ok(heads
            .map(|target| self.state.add_child_head(at, *target))
            .collect())
    }

    /// A head that arrives waits for others. When all events are processed, the best one continues as the forked
    /// head.
    pub(super) fn merge(&mut self, at: HeadRef, fork: ForkId) -> Result<Slid, Failure> {
        let flow = self.state.at(at.flow);
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
        let below = heads_below(flow, forked);
        let merging = merging(at, flow, &below);
        let cost = flow.heads.len() / 4;
        self.budget.charge(cost);
        let picked = match merging.len() {
            0 | 1 => at,
            _ => self.pick_best(&merging),
        };
        self.state.set_head_status(at, HeadStatus::Inactive)?;
        if picked != at {
            return Ok(Slid::Waits);
        }
        let forked = HeadRef { head: forked, ..at };
        self.take_over(forked, at, &below);
        self.state.at_mut(at.flow).forks.remove(&fork);
        self.state.move_head(forked, position)?;
        self.state.set_head_status(forked, HeadStatus::Active)?;
        Ok(Slid::Forked(vec![forked]))
    }

    /// The forked head takes over the state of the winner, and all heads below it are removed.
    fn take_over(&mut self, forked: HeadRef, winner: HeadRef, below: &[HeadId]) {
        let scores = self.state.scores(winner);
        let flow = self.state.at_mut(winner.flow);
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
}

impl Run<'_> {
    /// One of those with the best scores, chosen at random.
    fn pick_best(&mut self, heads: &[HeadRef]) -> HeadRef {
        let ordered = self.in_order(heads);
        self.lot_of_best(&ordered)
    }

    /// One of the first that have the same scores.
    pub(super) fn lot_of_best(&mut self, ordered: &[(Scores, HeadRef)]) -> HeadRef {
        let best = &ordered[0].0;
        let equal = ordered.iter().take_while(|(scores, _)| scores == best);
        let equal = equal.count();
        ordered[self.state.chance.below(equal)].1
    }

    /// The best first; missing scores count as 1.
    pub(super) fn in_order(&self, heads: &[HeadRef]) -> Vec<(Scores, HeadRef)> {
        let scored = heads.iter().map(|at| (self.state.scores(*at), *at));
        let mut scored: Vec<_> = scored.collect();
        scored.sort_by(|(left, _), (right, _)| right.compare_as_if_ending_in_ones(left));
        scored
    }
}

/// The heads that are on a merge.
fn merging(at: HeadRef, flow: &FlowState, below: &[HeadId]) -> Vec<HeadRef> {
    let heads = below.iter().filter_map(|head| flow.heads.get(*head));
    let merging = heads.filter(|head| head.status() == HeadStatus::Merging);
    merging
        .map(|head| HeadRef {
            head: head.id,
            ..at
        })
        .collect()
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
