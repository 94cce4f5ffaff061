//! What one event may cost, and what happens when more is asked for: flows fail, nothing hangs.

use std::collections::VecDeque;

use super::limits::Limits;
use super::place::Place;
use super::run::Run;
use crate::state::{Failure, FlowKey};
use crate::value::{Event, Value};

/// What an element costs, its expressions apart.
pub(super) const ELEMENT: u64 = 4;
/// What a head of a fork costs.
pub(super) const HEAD: u64 = 4;
/// What an event costs that a flow sends.
pub(super) const EVENT: u64 = 40;
/// What an instance of a flow costs, the events of its life included.
pub(super) const INSTANCE: u64 = 160;

/// What each parameter of an instance costs: it is part of every event of its life.
pub(super) const PARAMETER: u64 = 4;

/// How often it is told that a limit was reached.
const REPORTS: u32 = 10;

/// What is set aside for flows that deal with the error: one part in so many.
const RESERVE: u64 = 8;

/// The least steps that an expression may take, unless there are none at all.
const LEAST: u64 = 10_000;

/// What is set aside for what nobody asks for: looking for the flows that wait for an event, and ending flows. One part
/// in so many.
const OVERDRAFT: u64 = 2;

/// What is left of the steps that one event may set off.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    steps: u64,
    reserve: u64,
    overdraft: u64,
    stage: Stage,
    reports: u32,
    /// Whether the flows that are still to be started must be dropped.
    flood: bool,
}

/// What is spent already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not all.
    Enough,
    /// All but the reserve.
    Reserve,
    /// The reserve, too: flows that want to go on fail, and nobody could deal with more errors.
    Nothing,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            steps: limits.steps,
            reserve: limits.steps / RESERVE,
            overdraft: limits.steps / OVERDRAFT,
            stage: Stage::Enough,
            reports: REPORTS,
            flood: false,
        }
    }

    /// How many steps an expression may take.
    pub(super) fn for_expression(&self) -> usize {
        let most = crate::expr::Limits::default().steps;
        let left = self.steps.max(LEAST.min(self.overdraft));
        usize::try_from(left).map_or(most, |left| left.min(most))
    }

    /// Takes away what is spent already, of the overdraft if there is nothing else.
    pub(super) fn charge(&mut self, steps: usize) {
        let steps = steps as u64;
        let beyond = steps.saturating_sub(self.steps);
        self.steps = self.steps.saturating_sub(steps);
        self.overdraft = self.overdraft.saturating_sub(beyond);
    }

    /// Takes away what something is going to cost that no flow asks for; an error if not even the overdraft is left.
    pub(super) fn pay(&mut self, steps: usize) -> Result<(), Failure> {
        self.charge(steps);
        if self.is_over() {
            Err(too_much())
        } else {
            Ok(())
        }
    }

    /// Whether nothing is left at all.
    pub(super) fn is_over(&self) -> bool {
        self.steps == 0 && self.overdraft == 0
    }
}

fn too_much() -> Failure {
    Failure::limit("one event set off more than the limits of the machine allow")
}

impl Run<'_> {
    /// Takes steps away; if there are not enough, who asks for them must fail, and others live on the reserve.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Failure> {
        let budget = &mut self.budget;
        if let Some(left) = budget.steps.checked_sub(steps) {
            budget.steps = left;
            return Ok(());
        }
        budget.flood |= budget.stage == Stage::Enough;
        budget.steps = match budget.stage {
            Stage::Enough => std::mem::take(&mut budget.reserve),
            Stage::Reserve | Stage::Nothing => 0,
        };
        budget.stage = match budget.stage {
            Stage::Enough => Stage::Reserve,
            Stage::Reserve | Stage::Nothing => Stage::Nothing,
        };
        Err(too_much())
    }

    /// Whether the events that still wait must be left to the next event from outside; they are, and it is told.
    pub(super) fn postpones_rest(&mut self) -> bool {
        if !self.budget.is_over() {
            return false;
        }
        if !self.state.queue.is_empty() {
            self.report_limit(&too_much(), None);
        }
        let rest = std::mem::take(&mut self.state.queue);
        self.state.postponed.extend(rest);
        true
    }

    /// After all but the reserve is spent: flows that are still to be started are not, and those who asked for them
    /// fail, so that the reserve is left to others.
    pub(super) fn drop_flood(&mut self) {
        if !std::mem::take(&mut self.budget.flood) {
            return;
        }
        let (starts, others): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.state.queue)
            .into_iter()
            .partition(|queued| {
                &*queued.event.name == "StartFlow"
                    && queued.unhandled_in.is_empty()
                    && !self.is_restart(&queued.event)
            });
        self.state.queue = others;
        for start in starts {
            self.fail_source(self.source_of(&start.event));
        }
    }

    /// Whether somebody could still deal with an error.
    pub(super) fn goes_on(&self) -> bool {
        self.budget.stage != Stage::Nothing
    }

    /// Refuses one more event from a flow if too many wait.
    pub(super) fn room_in_queue(&self) -> Result<(), Failure> {
        if self.state.queue.len() < self.machine.limits.queue {
            return Ok(());
        }
        Err(Failure::limit(
            "more events wait to be processed than the limits of the machine allow",
        ))
    }

    /// Whether activated flows start again at once; else with the next external event.
    pub(super) fn restarts_at_once(&self) -> bool {
        self.budget.stage == Stage::Enough
    }

    /// Counts a failure before the first wait; false if it was one too many.
    pub(super) fn count_restart(&mut self, reference: FlowKey) -> bool {
        let count = self.restarts.entry(reference).or_default();
        *count += 1;
        self.budget.stage == Stage::Enough && *count <= self.machine.limits.restarts
    }

    /// Tells why a flow fails.
    pub(super) fn report_failure(&mut self, failure: &Failure, place: Option<Place>) {
        if failure.is_limit() {
            self.report_limit(failure, place);
        } else {
            self.report(failure, place);
        }
    }

    /// Tells of a limit that was reached, but not for every flow that reaches it.
    pub(super) fn report_limit(&mut self, failure: &Failure, place: Option<Place>) {
        if self.budget.reports > 0 {
            self.budget.reports -= 1;
            self.report(failure, place);
        }
    }

    /// Whether a flow starts again in place of an instance that is over.
    pub(super) fn is_restart(&self, event: &Event) -> bool {
        let source = self.source_of(event).and_then(|key| self.state.flow(key));
        source.is_some_and(|source| {
            source.activated > 0
                && source.status().is_done()
                && event.arguments.get("flow_id").and_then(Value::as_str) == Some(source.flow_id())
        })
    }
}
