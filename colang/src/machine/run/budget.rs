//! The cost limits of one event. If they are exceeded, flows fail, but nothing hangs.

use crate::machine::limits::Limits;
use crate::state::Failure;

/// The cost of an element, without its expressions.
pub(in crate::machine) const ELEMENT: u64 = 4;
/// The cost of a head of a fork.
pub(in crate::machine) const HEAD: u64 = 4;
/// The cost of an event sent by a flow.
pub(in crate::machine) const EVENT: u64 = 40;
/// The cost of a flow instance, including the events of its life cycle.
pub(in crate::machine) const INSTANCE: u64 = 160;

/// The cost of each parameter of an instance, which is part of every event of its life cycle.
pub(in crate::machine) const PARAMETER: u64 = 4;

/// How often it is reported that a limit was reached.
const REPORTS: u32 = 10;

/// The reserve for flows that handle the error: the budget divided by this.
const RESERVE: u64 = 8;

/// The minimum number of steps for an expression, unless there are none left.
const LEAST: u64 = 10_000;

/// The overdraft for work that no flow asked for, such as finding the flows that wait for an event, and ending flows:
/// the budget divided by this.
const OVERDRAFT: u64 = 2;

/// The remaining steps for one event.
#[derive(Debug, Clone)]
pub(in crate::machine) struct Budget {
    steps: u64,
    reserve: u64,
    overdraft: u64,
    stage: Stage,
    reports: u32,
    /// Whether the flows that are about to be started must be dropped.
    flood: bool,
}

/// How much has been spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not all.
    Enough,
    /// Everything but the reserve.
    Reserve,
    /// The reserve, too: flows that want to continue fail, and no flow could handle more errors.
    Nothing,
}

impl Budget {
    pub(in crate::machine) fn new(limits: &Limits) -> Self {
        Self {
            steps: limits.steps,
            reserve: limits.steps / RESERVE,
            overdraft: limits.steps / OVERDRAFT,
            stage: Stage::Enough,
            reports: REPORTS,
            flood: false,
        }
    }

    /// The number of steps for an expression.
    pub(in crate::machine) fn for_expression(&self) -> usize {
        let most = crate::expr::Limits::default().steps;
        let left = self.steps.max(LEAST.min(self.overdraft));
        usize::try_from(left).map_or(most, |left| left.min(most))
    }

    /// Subtracts steps that were already taken, from the overdraft if nothing else is left.
    pub(in crate::machine) fn charge(&mut self, steps: usize) {
        let steps = steps as u64;
        let beyond = steps.saturating_sub(self.steps);
        self.steps = self.steps.saturating_sub(steps);
        self.overdraft = self.overdraft.saturating_sub(beyond);
    }

    /// Subtracts the cost of work that no flow asked for, before it is done; an error if even the overdraft is used
    /// up.
    pub(in crate::machine) fn pay(&mut self, steps: usize) -> Result<(), Failure> {
        self.charge(steps);
        if self.is_over() {
            Err(too_much())
        } else {
            Ok(())
        }
    }

    /// Subtracts steps; if there are not enough, the flow that asks for them must fail, and the reserve is used for
    /// others.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Failure> {
        if let Some(left) = self.steps.checked_sub(steps) {
            self.steps = left;
            return Ok(());
        }
        self.flood |= self.stage == Stage::Enough;
        self.steps = match self.stage {
            Stage::Enough => std::mem::take(&mut self.reserve),
            Stage::Reserve | Stage::Nothing => 0,
        };
        self.stage = match self.stage {
            Stage::Enough => Stage::Reserve,
            Stage::Reserve | Stage::Nothing => Stage::Nothing,
        };
        Err(too_much())
    }

    /// Whether nothing is left at all.
    pub(in crate::machine) fn is_over(&self) -> bool {
        self.steps == 0 && self.overdraft == 0
    }

    /// Whether the reserve is untouched: only then do activated flows restart at once, otherwise with the next
    /// external event.
    pub(in crate::machine) fn is_enough(&self) -> bool {
        self.stage == Stage::Enough
    }

    /// Whether a flow could still handle an error.
    pub(super) fn goes_on(&self) -> bool {
        self.stage != Stage::Nothing
    }

    /// Whether another report on a limit may be made.
    pub(super) fn may_report(&mut self) -> bool {
        let may = self.reports > 0;
        self.reports = self.reports.saturating_sub(1);
        may
    }

    /// Whether the flows that are about to be started must be dropped; `true` only once.
    pub(in crate::machine) fn take_flood(&mut self) -> bool {
        std::mem::take(&mut self.flood)
    }
}

pub(in crate::machine) fn too_much() -> Failure {
    Failure::limit("one event set off more than the limits of the machine allow")
}
