//! Moves heads: from a match, a merge or a sent event to the next place where they must wait.

use super::run::{Heads, Run};
use crate::program::Element;
use crate::state::{Failure, FlowHead, FlowKey, FlowStatus, HeadRef, HeadStatus};

/// So many heads of a flow are looked through in one step.
pub(super) const HEADS_PER_STEP: usize = 16;

/// How a flow came out of moving one of its heads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    GoesOn,
    Finished,
    Aborted,
}

impl Run<'_> {
    /// Moves heads on and gives back those that stand on a merge or on an event to be sent.
    pub(super) fn advance(&mut self, heads: &[HeadRef]) -> Heads {
        let mut actionable = Heads::default();
        for at in heads {
            self.advance_one(*at, &mut actionable);
        }
        actionable.retain(|at| self.state.head(*at).is_some_and(FlowHead::is_active));
        actionable
    }

    fn advance_one(&mut self, at: HeadRef, actionable: &mut Heads) {
        let Some(status) = self.state.head(at).map(FlowHead::status) else {
            return;
        };
        let listens = self
            .state
            .flow(at.flow)
            .is_some_and(|flow| flow.status().is_listening());
        if status == HeadStatus::Inactive || !listens {
            return;
        }
        if status == HeadStatus::Merging && !self.state.queue.is_empty() {
            actionable.insert(at);
            return;
        }
        let moved = if status == HeadStatus::Active {
            self.move_on(at)
        } else {
            Ok(())
        };
        if self
            .state
            .flow(at.flow)
            .is_some_and(|flow| flow.status() == FlowStatus::Waiting)
        {
            self.state.set_status(at.flow, FlowStatus::Starting);
        }
        let outcome = match moved.and_then(|()| self.slide(at)) {
            Ok(forked) => {
                let moved = self.advance(&forked);
                actionable.extend(moved);
                self.settle(at, actionable)
            }
            Err(failure) => {
                let place = self.place_of(at);
                self.report_failure(&failure, place);
                Outcome::Aborted
            }
        };
        let scores = self.state.scores(at);
        match outcome {
            Outcome::GoesOn => {}
            Outcome::Finished => self.finish(at.flow, &scores),
            Outcome::Aborted => self.abort(at.flow, &scores),
        }
    }

    /// One element further.
    pub(super) fn move_on(&mut self, at: HeadRef) -> Result<(), Failure> {
        let position = self.position(at);
        self.state.move_head(at, position + 1)
    }

    pub(super) fn position(&self, at: HeadRef) -> usize {
        self.state
            .head(at)
            .map_or(usize::MAX - 1, FlowHead::position)
    }

    /// Behind the label that catches failures of the head's pattern, before the step that goes on from there; false
    /// without such a label.
    pub(super) fn jump_to_catch(&mut self, at: HeadRef) -> bool {
        let catch = self
            .state
            .head(at)
            .and_then(|head| head.catches.last().copied());
        let Some(label) = catch else { return false };
        let _labels_wait_for_nothing = self.state.move_head(at, label);
        true
    }

    /// What the new place of a head means for its flow.
    fn settle(&mut self, at: HeadRef, actionable: &mut Heads) -> Outcome {
        let Some(head) = self.state.head(at) else {
            return Outcome::GoesOn;
        };
        let Some(flow) = self.state.flow(at.flow) else {
            return Outcome::GoesOn;
        };
        let at_end = head.position() >= flow.config.elements.len();
        let is_merging = head.status() == HeadStatus::Merging;
        let stands_on_send = matches!(flow.config.element(head.position()), Some(Element::Send(_)));
        let status = flow.status();
        if is_merging {
            actionable.insert(at);
        }
        if at_end && status == FlowStatus::Stopping {
            return Outcome::Aborted;
        }
        if !at_end && !self.all_heads_wait(at.flow) {
            if stands_on_send {
                actionable.insert(at);
            }
            return Outcome::GoesOn;
        }
        let starts = status == FlowStatus::Starting;
        if starts {
            self.state.set_status(at.flow, FlowStatus::Started);
            self.tell_started(at);
        }
        let activated = self
            .state
            .flow(at.flow)
            .is_some_and(|flow| flow.activated > 0);
        match at_end {
            true if starts && activated => {
                let _inactive_heads_wait_for_nothing =
                    self.state.set_head_status(at, HeadStatus::Inactive);
                Outcome::GoesOn
            }
            true => Outcome::Finished,
            false => Outcome::GoesOn,
        }
    }

    fn tell_started(&mut self, at: HeadRef) {
        let scores = self.state.scores(at);
        if let Some(flow) = self.state.flow(at.flow) {
            let started = super::pattern::life_event("FlowStarted", flow);
            self.push(started, scores);
        }
    }

    /// Whether all heads wait for others or for an event, other than the start of a flow they asked for.
    fn all_heads_wait(&mut self, key: FlowKey) -> bool {
        let Some(flow) = self.state.flow(key) else {
            return true;
        };
        self.budget.charge(flow.heads.len() / HEADS_PER_STEP);
        flow.active_heads()
            .all(|head| match flow.config.element(head.position()) {
                Some(Element::Match(pattern)) => !pattern.internal,
                Some(Element::WaitForHeads(_)) => true,
                _ => false,
            })
    }
}
