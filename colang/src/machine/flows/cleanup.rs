//! Drops flows and actions that have ended and cannot be reached any more.

use crate::machine::job::job;
use crate::map::HashSet;
use crate::state::{ActionKey, ActionStatus, Arrived, CleanUpAt, ContextKey, FlowKey, Incoming};
use crate::value::{Event, Value};

/// The number of ended flows or actions that does not yet trigger a clean-up.
const FEW: usize = 4;

/// What can still be reached.
#[derive(Default)]
struct Reached {
    flows: HashSet<FlowKey>,
    actions: HashSet<ActionKey>,
    contexts: HashSet<ContextKey>,
    open: Vec<Open>,
}

/// Something reachable whose references have not been followed yet.
enum Open {
    /// A flow whose variables can be read.
    Flow(FlowKey),
    /// A flow that only connects others.
    Link(FlowKey),
    /// The variables of a flow.
    Context(ContextKey),
}

job! {
    /// Removes everything from the conversation that cannot be reached.
    CleanUp
}

impl CleanUp<'_, '_> {
    /// Its cost depends on the size of the conversation, so it is done only when half of that is new and may have
    /// ended.
    pub(in crate::machine) fn clean_up(&mut self) {
        let at = self.state.clean_up_at;
        if self.state.done_count() > at.done || self.state.action_count() > at.actions {
            self.clean_up_now();
        }
    }

    /// Makes room while flows are started, unless too few have ended to be worth the effort.
    pub(in crate::machine) fn make_room(&mut self) {
        let done = self.state.done_count();
        if done > self.state.clean_up_at.done.max(self.state.flow_count() / 8) {
            let cost = self.state.flow_count();
            self.budget.charge(cost);
            self.clean_up_now();
        }
    }

    pub(in crate::machine) fn clean_up_now(&mut self) {
        self.forget_unreachable();
        let (done, actions) = (self.state.done_count(), self.state.action_count());
        let more = FEW.max((self.state.flow_count() + actions) / 2);
        self.state.clean_up_at = CleanUpAt {
            done: done + more,
            actions: actions + more,
        };
    }

    fn forget_unreachable(&mut self) {
        let reached = self.reach();
        let mut unreachable = self.state.flow_keys();
        unreachable.retain(|key| !reached.flows.contains(key));
        self.state.remove_flows(&unreachable);
        for key in self.state.context_keys() {
            if !reached.contexts.contains(&key) {
                self.state.remove_context(key);
            }
        }
        for key in self.state.action_keys() {
            if !reached.actions.contains(&key) {
                self.state.remove_action(key);
            }
        }
        for key in self.state.flow_keys() {
            self.forget_links(key, &reached);
        }
    }

    fn forget_links(&mut self, key: FlowKey, reached: &Reached) {
        let flow = self.state.at(key);
        let stale = flow
            .children
            .iter()
            .any(|child| !reached.flows.contains(&child))
            || flow
                .actions
                .iter()
                .any(|action| !reached.actions.contains(action));
        if !stale {
            return;
        }
        let flow = self.state.at_mut(key);
        flow.children.retain(|child| reached.flows.contains(&child));
        flow.actions
            .retain(|action| reached.actions.contains(action));
        for scope in flow.scopes.values_mut() {
            scope.flows.retain(|flow| reached.flows.contains(flow));
            scope
                .actions
                .retain(|action| reached.actions.contains(action));
        }
    }

    fn reach(&self) -> Reached {
        let mut reached = Reached::default();
        for key in self.state.flow_keys() {
            let alive = self
                .state
                .flow(key)
                .is_some_and(|flow| !flow.status().is_done());
            if alive || key == self.state.main() {
                reached.open.push(Open::Flow(key));
            }
        }
        for value in self.state.globals().values() {
            self.reach_value(value, &mut reached);
        }
        for queued in self.state.queue.iter().chain(&self.state.postponed) {
            self.reach_event(&queued.event, &mut reached);
        }
        while let Some(open) = reached.open.pop() {
            match open {
                Open::Flow(key) => {
                    let context = self.state.flow(key).map(|flow| flow.context);
                    reached.open.extend(context.map(Open::Context));
                    self.reach_flow(key, &mut reached);
                }
                Open::Link(key) => self.reach_flow(key, &mut reached),
                Open::Context(key) => self.reach_context(key, &mut reached),
            }
        }
        reached
    }

    /// Follows the references of a flow, except those in its variables.
    fn reach_flow(&self, key: FlowKey, reached: &mut Reached) {
        let Some(flow) = self.state.flow(key).filter(|_| reached.flows.insert(key)) else {
            return;
        };
        flow.arguments
            .values()
            .for_each(|value| self.reach_value(value, reached));
        if flow.status().is_listening() || flow.activated > 0 {
            reached.open.extend(flow.parent.map(Open::Link));
        }
        let is_anchor = |child: &FlowKey| {
            let other = self.state.flow(*child);
            other.is_some_and(|other| other.activated > 0 && other.flow_id != flow.flow_id)
        };
        let anchors = flow.children.iter().filter(is_anchor);
        reached.open.extend(anchors.map(Open::Link));
        let running = |action: &&ActionKey| {
            let action = self.state.action(**action);
            action.is_some_and(|action| action.status != ActionStatus::Finished)
        };
        if flow.status().is_listening() {
            reached.actions.extend(flow.actions.iter().filter(running));
        }
    }

    /// Events in the queue refer to flows and actions by uid.
    fn reach_event(&self, event: &Incoming, reached: &mut Reached) {
        let event = Arrived::new(event);
        for value in event.public().arguments.values() {
            if let Value::Str(uid) = value {
                reached
                    .open
                    .extend(self.state.flow_key(uid).map(Open::Flow));
                reached.actions.extend(self.state.action_key(uid));
            } else {
                self.reach_value(value, reached);
            }
        }
    }

    fn reach_context(&self, key: ContextKey, reached: &mut Reached) {
        if reached.contexts.insert(key)
            && let Some(context) = self.state.context(key)
        {
            context
                .variables
                .values()
                .for_each(|value| self.reach_value(value, reached));
        }
    }

    fn reach_event_value(&self, event: &Event, reached: &mut Reached) {
        let flow = event.flow.as_ref();
        let flow = flow.and_then(|uid| self.state.flow_key(uid));
        reached.open.extend(flow.map(Open::Flow));
        let action = event.action.as_ref();
        let action = action.and_then(|uid| self.state.action_key(uid));
        reached.actions.extend(action);
        let values = event.arguments.values();
        values.for_each(|value| self.reach_value(value, reached));
    }

    fn reach_value(&self, value: &Value, reached: &mut Reached) {
        match value {
            Value::Flow(uid) => {
                reached
                    .open
                    .extend(self.state.flow_key(uid).map(Open::Flow));
            }
            Value::Action(uid) => {
                let action = self.state.action_key(uid);
                reached.actions.extend(action);
            }
            Value::Event(event) => self.reach_event_value(event, reached),
            Value::Context(id) => reached.open.push(Open::Context((*id).into())),
            Value::List(items) | Value::Tuple(items) => {
                items
                    .iter()
                    .for_each(|value| self.reach_value(value, reached));
            }
            Value::Dict(dict) => dict
                .values()
                .for_each(|value| self.reach_value(value, reached)),
            Value::RailOutcome(outcome) => outcome
                .members()
                .values()
                .for_each(|value| self.reach_value(value, reached)),
            Value::Set(set) => set
                .iter()
                .for_each(|value| self.reach_value(value, reached)),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Regex(_)
            | Value::Comparison(_) => {}
        }
    }
}
