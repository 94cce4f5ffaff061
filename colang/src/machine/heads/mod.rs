//! Moves heads: from a match, a merge or a sent event to the next place where they must wait.

mod conflict;
mod fork;
mod sends;
mod slide;
mod statements;

pub(super) use conflict::Conflicts;

use self::slide::Slide;
use super::flows::Endings;
use super::job::job;
use super::run::{Heads, Run};
use crate::program::Element;
use crate::state::{
    Failure, Fate, FlowHead, FlowKey, FlowStatus, HeadRef, HeadStatus, InternalEvent,
};

/// How many heads of a flow are examined in one step.
const HEADS_PER_STEP: usize = 16;

/// Whether a head advances.
enum Slid {
    On,
    Waits,
    Forked(Vec<HeadRef>),
}

/// The state of a flow after one of its heads was moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    GoesOn,
    Finished,
    Aborted,
}

job! {
    /// Advances heads. Changes heads and flows, and ends flows that reach their end or fail.
    Advance
}

impl Advance<'_, '_> {
    /// Advances heads and adds those that are on a merge or on an event to be sent.
    pub(super) fn advance(&mut self, heads: &[HeadRef], actionable: &mut Heads) {
        let mut moved = Heads::default();
        for at in heads {
            if self.can_move(*at) {
                self.advance_one(*at, &mut moved);
            }
        }
        moved.retain(|at| self.state.head(*at).is_some_and(FlowHead::is_active));
        match actionable.is_empty() {
            true => *actionable = moved,
            false => actionable.extend(moved),
        }
    }

    fn can_move(&self, at: HeadRef) -> bool {
        let Some(flow) = self.state.flow(at.flow) else {
            return false;
        };
        let head = flow.heads.get(at.head);
        head.is_some_and(FlowHead::is_active) && flow.status().is_listening()
    }

    fn advance_one(&mut self, at: HeadRef, actionable: &mut Heads) {
        let merges = self.state.head(at).map(FlowHead::status) == Some(HeadStatus::Merging);
        if merges && !self.state.queue.is_empty() {
            actionable.insert(at);
            return;
        }
        let moved = if merges { Ok(()) } else { self.state.step(at) };
        if self.state.at(at.flow).status() == FlowStatus::Waiting {
            self.state.set_status(at.flow, FlowStatus::Starting);
        }
        let slid = moved.and_then(|()| Slide::of(self).slide(at));
        let outcome = slid.map(|forked| {
            self.advance(&forked, actionable);
            self.settle(at, actionable)
        });
        let outcome = outcome.unwrap_or_else(|failure: Failure| {
            let place = self.place_of(at);
            self.report_failure(&failure, place);
            Outcome::Aborted
        });
        let scores = self.state.scores(at);
        match outcome {
            Outcome::GoesOn => {}
            Outcome::Finished => Endings::of(self).finish(at.flow, &scores),
            Outcome::Aborted => Endings::of(self).abort(at.flow, &scores),
        }
    }

    /// Updates the flow after a head has moved.
    fn settle(&mut self, at: HeadRef, actionable: &mut Heads) -> Outcome {
        let flow = self.state.at(at.flow);
        let Some(head) = flow.heads.get(at.head) else {
            return Outcome::GoesOn;
        };
        let at_end = head.position() >= flow.config.elements.len();
        let is_on_send = matches!(flow.config.element(head.position()), Some(Element::Send(_)));
        let status = flow.status();
        if head.status() == HeadStatus::Merging {
            actionable.insert(at);
        }
        if at_end && status == FlowStatus::Stopping {
            return Outcome::Aborted;
        }
        if !at_end && !self.all_heads_wait(at.flow) {
            if is_on_send {
                actionable.insert(at);
            }
            return Outcome::GoesOn;
        }
        let starts = status == FlowStatus::Starting;
        if starts {
            self.tell_started(at);
        }
        match at_end {
            true if starts && self.state.at(at.flow).activated > 0 => {
                let _inactive_heads_wait_for_nothing =
                    self.state.set_head_status(at, HeadStatus::Inactive);
                Outcome::GoesOn
            }
            true => Outcome::Finished,
            false => Outcome::GoesOn,
        }
    }

    fn tell_started(&mut self, at: HeadRef) {
        self.state.set_status(at.flow, FlowStatus::Started);
        let scores = self.state.scores(at);
        if let Some(news) = self.state.news(Fate::Started, at.flow) {
            self.push(InternalEvent::FlowNews(news), scores);
        }
    }

    /// Whether all heads wait for other heads or for an event, except the start of a flow that they requested.
    fn all_heads_wait(&mut self, key: FlowKey) -> bool {
        let heads = self.state.at(key).heads.len();
        self.budget.charge(heads / HEADS_PER_STEP);
        let flow = self.state.at(key);
        flow.active_heads()
            .all(|head| match flow.config.element(head.position()) {
                Some(Element::Match(pattern)) => !pattern.is_for_own_start(),
                Some(Element::WaitForHeads(_)) => true,
                _ => false,
            })
    }
}

impl Run<'_> {
    /// Jumps to the label that catches failures of the head's pattern; `false` if there is no such label.
    pub(super) fn jump_to_catch(&mut self, at: HeadRef) -> bool {
        let head = self.state.head(at);
        let Some(label) = head.and_then(|head| head.catches.last().copied()) else {
            return false;
        };
        let _labels_wait_for_nothing = self.state.move_head(at, label);
        true
    }
}
