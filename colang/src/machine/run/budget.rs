//! What one event may cost, and what happens when more is asked for: flows fail, nothing hangs.

use crate::machine::limits::Limits;
use crate::state::Failure;

/// What an element costs, its expressions apart.
pub(in crate::machine) const ELEMENT: u64 = 4;
/// What a head of a fork costs.
pub(in crate::machine) const HEAD: u64 = 4;
/// What an event costs that a flow sends.
pub(in crate::machine) const EVENT: u64 = 40;
/// What an instance of a flow costs, the events of its life included.
pub(in crate::machine) const INSTANCE: u64 = 160;

/// What each parameter of an instance costs: it is part of every event of its life.
pub(in crate::machine) const PARAMETER: u64 = 4;

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
pub(in crate::machine) struct Budget {
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

    /// How many steps an expression may take.
    pub(in crate::machine) fn for_expression(&self) -> usize {
        let most = crate::expr::Limits::default().steps;
        let left = self.steps.max(LEAST.min(self.overdraft));
        usize::try_from(left).map_or(most, |left| left.min(most))
    }

    /// Takes away what is spent already, of the overdraft if there is nothing else.
    pub(in crate::machine) fn charge(&mut self, steps: usize) {
        let steps = steps as u64;
        let beyond = steps.saturating_sub(self.steps);
        self.steps = self.steps.saturating_sub(steps);
        self.overdraft = self.overdraft.saturating_sub(beyond);
    }

    /// Takes away what something is going to cost that no flow asks for; an error if not even the overdraft is left.
    pub(in crate::machine) fn pay(&mut self, steps: usize) -> Result<(), Failure> {
        self.charge(steps);
        if self.is_over() {
            Err(too_much())
        } else {
            Ok(())
        }
    }

    /// Takes steps away; if there are not enough, who asks for them must fail, and others live on the reserve.
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

    /// Whether nothing of the reserve is needed yet: activated flows start again at once, else with the next external
    /// event.
    pub(in crate::machine) fn is_enough(&self) -> bool {
        self.stage == Stage::Enough
    }

    /// Whether somebody could still deal with an error.
    pub(super) fn goes_on(&self) -> bool {
        self.stage != Stage::Nothing
    }

    /// Whether a limit that was reached may be told once more.
    pub(super) fn may_report(&mut self) -> bool {
        let may = self.reports > 0;
        self.reports = self.reports.saturating_sub(1);
        may
    }

    /// Whether the flows that are still to be started must be dropped; it is told once.
    pub(in crate::machine) fn take_flood(&mut self) -> bool {
        std::mem::take(&mut self.flood)
    }
}

pub(in crate::machine) fn too_much() -> Failure {
    Failure::limit("one event set off more than the limits of the machine allow")
}
