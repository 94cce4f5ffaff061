//! The loop: internal events until there are none, then merges, then the events that go out, until all heads wait.

use std::cmp::Ordering;
use std::collections::VecDeque;

use umim::Timestamp;

use super::Machine;
use super::exhaustion::Budget;
use super::place::{Place, with_place};
use super::scope::FlowScope;
use crate::expr::Expr;
use crate::map::{HashMap, HashSet, IndexSet};
use crate::program::Name;
use crate::state::{
    Failure, FlowHead, FlowKey, HeadId, HeadRef, HeadStatus, Output, Queued, State,
};
use crate::value::{Event, EventKind, Value};

const UNHANDLED: &str = "UnhandledEvent";

/// What flows are told of an error.
pub(super) const COLANG_ERROR: &str = "ColangError";

/// So many interaction loops are looked through in one step.
const LOOPS_PER_STEP: usize = 4;

/// Heads, each once, in the order in which they came.
pub(super) type Heads = IndexSet<HeadRef>;

/// One run over one external event.
pub(super) struct Run<'a> {
    pub(super) machine: &'a Machine,
    pub(super) state: &'a mut State,
    pub(super) now: Timestamp,
    /// What is left to be spent.
    pub(super) budget: Budget,
    /// How often instances failed before they waited for anything, by the one that was activated.
    pub(super) restarts: HashMap<FlowKey, u32>,
}

/// The interaction loops in which somebody dealt with an event.
#[derive(Default)]
pub(super) struct Handled {
    pub(super) all: bool,
    pub(super) loops: Vec<Name>,
}

impl Handled {
    pub(super) fn add(&mut self, loop_id: Option<&Name>) {
        self.loops.extend(loop_id.cloned());
    }
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

    pub(super) fn complete(&mut self, event: Event) {
        self.state.epoch += 1;
        self.clean_up();
        self.state.queue = std::mem::take(&mut self.state.postponed).into();
        self.push(event, Vec::new());
        let mut actionable = Heads::default();
        loop {
            self.work_off(&mut actionable);
            actionable.retain(|at| self.is_actionable(*at));
            let ready: Vec<_> = actionable.iter().copied().collect();
            let advancing = self.resolve_conflicts(&ready);
            actionable = self.advance(&advancing);
            if advancing.is_empty() && self.state.queue.is_empty() {
                self.state.queue = VecDeque::new();
                return;
            }
        }
    }

    /// Processes internal events and merges until there are none of either.
    fn work_off(&mut self, actionable: &mut Heads) {
        loop {
            while !self.postpones_rest()
                && let Some(queued) = self.state.queue.pop_front()
            {
                if let Some(queued) = self.news(queued) {
                    self.process(&queued, actionable);
                    self.drop_flood();
                }
            }
            let status = |run: &Self, at: HeadRef| run.state.head(at).map(FlowHead::status);
            let merging: Vec<_> = actionable
                .iter()
                .copied()
                .filter(|at| status(self, *at) == Some(HeadStatus::Merging))
                .collect();
            actionable.retain(|at| status(self, *at) == Some(HeadStatus::Active));
            let moved = self.advance(&merging);
            actionable.extend(moved);
            if merging.is_empty() && self.state.queue.is_empty() {
                return;
            }
        }
    }

    fn is_actionable(&self, at: HeadRef) -> bool {
        let flow_is_active = self
            .state
            .flow(at.flow)
            .is_some_and(|flow| flow.status().is_active());
        let status = self.state.head(at).map(FlowHead::status);
        flow_is_active && status == Some(HeadStatus::Active)
    }

    fn process(&mut self, queued: &Queued, actionable: &mut Heads) {
        let event = &queued.event;
        let active: Vec<_> = self.state.active_loops().cloned().collect();
        self.budget.charge(active.len() / LOOPS_PER_STEP);
        self.update_globals(event);
        let mut handled = self.default_handling(queued);
        let (mut matching, failing) = self.find_matching(queued, &mut handled);
        if matching.is_empty() && failing.is_empty() {
            self.fail_undefined_flow(event);
        }
        self.report_unhandled(queued, &active, &handled);
        if matching.len() > 1 {
            let scores = |at: HeadRef| (self.state.scores(at), at);
            let mut scored: Vec<_> = matching.into_iter().map(scores).collect();
            scored.sort_by(|(left, _), (right, _)| compare_scores(right, left));
            matching = scored.into_iter().map(|(_, at)| at).collect();
        }
        for at in &matching {
            self.take_in(*at, event);
        }
        if event.kind == EventKind::Action {
            self.update_action(event);
        }
        for at in failing {
            if self.jump_to_catch(at) {
                matching.push(at);
            } else {
                self.abort(at.flow, &[]);
            }
        }
        let moved = self.advance(&matching);
        actionable.extend(moved);
    }

    fn update_globals(&mut self, event: &Event) {
        if &*event.name == "ContextUpdate"
            && let Some(Value::Dict(data)) = event.arguments.get("data")
        {
            for (name, value) in data.iter() {
                if let Value::Str(name) = name {
                    self.state.set_global(name.clone(), value.clone());
                }
            }
        }
    }

    fn report_unhandled(&mut self, queued: &Queued, active: &[Name], handled: &Handled) {
        let event = &queued.event;
        if handled.all || (event.kind == EventKind::Internal && &*event.name == UNHANDLED) {
            return;
        }
        let handled: HashSet<&Name> = handled.loops.iter().collect();
        let unhandled = active.iter().filter(|loop_id| !handled.contains(loop_id));
        let unhandled_in: Vec<_> = unhandled.cloned().collect();
        if !unhandled_in.is_empty() {
            self.state.queue.push_back(Queued {
                event: event.clone(),
                scores: queued.scores.clone(),
                unhandled_in,
            });
        }
    }

    /// The event to be processed; none if it is news of an unhandled event that nobody waits for.
    fn news(&self, queued: Queued) -> Option<Queued> {
        if queued.unhandled_in.is_empty() {
            return Some(queued);
        }
        let event = &queued.event;
        if &*event.name != "StartFlow" && !self.state.is_waited_for(UNHANDLED) {
            return None;
        }
        let mut news = super::internal(UNHANDLED);
        news.arguments.clone_from(&event.arguments);
        let name = event.name.clone().into();
        news.arguments.insert(crate::value::name("event"), name);
        let loops = queued.unhandled_in.into_iter().map(Value::from);
        if let Ok(loops) = crate::value::Set::from_values(loops) {
            news.arguments
                .insert(crate::value::name("loop_ids"), loops.into());
        }
        Some(Queued {
            event: news.into(),
            scores: queued.scores,
            unhandled_in: Vec::new(),
        })
    }

    /// When nobody takes care of a start of a flow that does not exist, that instance fails, and so does who waits for
    /// it.
    fn fail_undefined_flow(&mut self, event: &Event) {
        let of_start = event.arguments.get("event").and_then(Value::as_str) == Some("StartFlow");
        if event.kind != EventKind::Internal || &*event.name != UNHANDLED || !of_start {
            return;
        }
        let Some(Value::Str(flow_id)) = event.arguments.get("flow_id") else {
            return;
        };
        if self.state.program().flow(flow_id).is_some() {
            return;
        }
        let instance = event
            .arguments
            .get("flow_instance_uid")
            .cloned()
            .unwrap_or_default();
        let failed = super::internal("FlowFailed")
            .with("source_flow_instance_uid", instance.clone())
            .with("flow_instance_uid", instance)
            .with("flow_id", flow_id.clone());
        let place = self.place_of_source(event);
        self.report(
            &Failure::runtime(format!("there is no flow `{flow_id}`")),
            place,
        );
        self.push(failed, Vec::new());
    }

    pub(super) fn push(&mut self, event: Event, scores: Vec<f64>) {
        let queued = queued(event, scores);
        self.state.queue.push_back(queued);
    }

    pub(super) fn push_first(&mut self, event: Event, scores: Vec<f64>) {
        let queued = queued(event, scores);
        self.state.queue.push_front(queued);
    }

    /// Tells flows of an error, in an event that any of them can wait for.
    pub(super) fn report(&mut self, failure: &Failure, place: Option<Place>) {
        if !self.goes_on() {
            return;
        }
        let mut event = Event::new(COLANG_ERROR)
            .with("type", failure.kind)
            .with("error", failure.message.as_str());
        if let Some(place) = &place {
            event = with_place(event, self.state, place);
        }
        self.state.outputs.push(Output::Error {
            kind: failure.kind.into(),
            message: failure.message.as_str().into(),
            place: place.map(|(_, place)| place),
        });
        self.push(event, Vec::new());
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
}

/// How events between flows name the head that sent them.
pub(super) fn head_uid(head: HeadId) -> String {
    umim::UidSource::seeded(head.0).next_uid().to_string()
}

pub(super) fn queued(event: Event, scores: Vec<f64>) -> Queued {
    Queued {
        event: event.into(),
        scores,
        unhandled_in: Vec::new(),
    }
}

/// Number by number; if one list begins with the other, the longer one is greater.
pub(super) fn compare_scores(left: &[f64], right: &[f64]) -> Ordering {
    let pairs = left.iter().zip(right);
    let different = pairs
        .map(|(left, right)| left.total_cmp(right))
        .find(|order| order.is_ne());
    different.unwrap_or_else(|| left.len().cmp(&right.len()))
}
