//! One run of the machine for one event: the data shared by all its jobs, and what all of them may do.
//!
//! A run is divided into jobs, each a type that wraps [`Run`]: see [`job`](super::job). A job uses only jobs above it
//! in the list in the documentation of [`machine`](super).

mod budget;
mod info;
mod place;
mod report;
mod scope;

use umim::Timestamp;

pub(super) use budget::{Budget, ELEMENT, EVENT, HEAD, INSTANCE, PARAMETER, too_much};
pub(super) use place::{PLACE_OF_ERROR, place_of_flow, with_place};
pub(super) use report::COLANG_ERROR;
pub(super) use scope::{BareScope, FlowScope, evaluate};

use super::Machine;
use crate::expr::Expr;
use crate::map::{HashMap, IndexSet};
use crate::program::Parameter;
use crate::state::{Failure, FlowKey, HeadRef, Incoming, InternalEvent, Queued, Scores, State};
use crate::value::{Event, Value};

/// Heads without duplicates, in the order in which they came.
pub(super) type Heads = IndexSet<HeadRef>;

/// One run for one event.
pub(super) struct Run<'a> {
    pub(super) machine: &'a Machine,
    pub(super) state: &'a mut State,
    pub(super) now: Timestamp,
    /// The remaining budget.
    pub(super) budget: Budget,
    /// How often instances failed before they waited for anything, by the activated one.
    restarts: HashMap<FlowKey, u32>,
}

impl<'a> Run<'a> {
    pub(super) fn new(machine: &'a Machine, state: &'a mut State, now: Timestamp) -> Self {
        Self {
            machine,
            state,
            now,
            budget: Budget::new(&machine.limits),
            restarts: HashMap::default(),
        }
    }

    /// Subtracts steps; if there are not enough, the flow that asks for them must fail, and the reserve is used for
    /// others.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Failure> {
        self.budget.spend(steps)
    }

    /// Appends an event to the queue.
    pub(super) fn push(&mut self, event: InternalEvent, scores: Scores) {
        let event = event.into();
        self.state.queue.push_back(Queued { event, scores });
    }

    /// Prepends an event to the queue.
    pub(super) fn push_first(&mut self, event: InternalEvent, scores: Scores) {
        let event = event.into();
        self.state.queue.push_front(Queued { event, scores });
    }

    /// Appends an event that was not sent by a flow.
    pub(super) fn push_public(&mut self, event: Event) {
        let event = Incoming::Public(event.into());
        let scores = Scores::default();
        self.state.queue.push_back(Queued { event, scores });
    }

    /// Refuses another event from a flow if too many are queued.
    pub(super) fn room_in_queue(&self) -> Result<(), Failure> {
        if self.state.queue.len() < self.machine.limits.queue {
            return Ok(());
        }
        Err(Failure::limit(
            "more events wait to be processed than the limits of the machine allow",
        ))
    }

    /// Counts a failure before the first wait; `false` if it exceeds the limit.
    pub(super) fn count_restart(&mut self, reference: FlowKey) -> bool {
        let count = self.restarts.entry(reference).or_default();
        *count += 1;
        self.budget.is_enough() && *count <= self.machine.limits.restarts
    }

    pub(super) fn scope(&mut self, flow: FlowKey) -> FlowScope<'_> {
        FlowScope {
            state: self.state,
            machine: self.machine,
            budget: &mut self.budget,
            flow,
        }
    }

    pub(super) fn eval(&mut self, flow: FlowKey, expr: &Expr) -> Result<Value, Failure> {
        self.scope(flow).eval(expr)
    }

    /// The value of a parameter without an argument.
    pub(super) fn default_value(&mut self, parameter: &Parameter) -> Result<Value, Failure> {
        match &parameter.default {
            Some(default) => evaluate(default, &mut BareScope(self.state), &mut self.budget),
            None => Ok(Value::None),
        }
    }
}
