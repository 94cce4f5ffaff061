//! What happens on internal events whether or not a flow waits for them: starting, finishing, stopping, logging.

use super::ending::{End, Ending};
use super::exhaustion::INSTANCE;
use super::run::{Handled, Run};
use crate::state::{Failure, FlowKey, Hierarchy, Output, Queued};
use crate::value::{Dict, Event, EventKind, Fields, Value};

type Arguments = Fields;

/// So many flows above a new one, with which it is put in order, cost a step.
const DEPTH_PER_STEP: usize = 64;

/// Arguments of `FinishFlow` and `StopFlow` that do not choose instances.
const NOT_CHOOSING: [&str; 5] = [
    "flow_id",
    "deactivate",
    "context_update",
    "source_flow_instance_uid",
    "source_head_uid",
];

impl Run<'_> {
    pub(super) fn default_handling(&mut self, queued: &Queued) -> Handled {
        let mut handled = Handled::default();
        if queued.event.kind != EventKind::Internal {
            return handled;
        }
        match &*queued.event.name {
            "StartFlow" => {
                if let Err(failure) = self.start_flow(queued, &mut handled) {
                    let place = self.place_of_source(&queued.event);
                    self.fail_source(self.source_of(&queued.event));
                    self.report_failure(&failure, place);
                }
            }
            "FinishFlow" => self.end_flows(queued, End::Finish, &mut handled),
            "StopFlow" => self.end_flows(queued, End::Abort, &mut handled),
            "BotIntentLog" | "UserIntentLog" | "BotActionLog" | "UserActionLog" => {
                self.state
                    .outputs
                    .push(Output::History((*queued.event).clone()));
                handled.all = true;
            }
            _ => {}
        }
        handled
    }

    /// If it fails, who wanted the start is to fail, too: else that would wait for ever.
    fn start_flow(&mut self, queued: &Queued, handled: &mut Handled) -> Result<(), Failure> {
        let event = &queued.event;
        let Some(Value::Str(flow_id)) = event.arguments.get("flow_id") else {
            return Ok(());
        };
        let program = self.state.program().clone();
        let Some(config) = program.flow(flow_id).filter(|_| &**flow_id != super::MAIN) else {
            return Ok(());
        };
        let source = self.source_of(event);
        let of_same_flow = source
            .and_then(|key| self.state.flow(key))
            .is_some_and(|flow| flow.flow_id == *flow_id);
        let activates = event.arguments.get("activated").is_some_and(Value::is_true);
        if activates
            && !of_same_flow
            && let Some(reference) = self
                .activated_instance(config, &event.arguments)
                .inspect_err(|_| self.fail_source(source))?
        {
            self.activate_again(reference, source, queued);
            handled.all = true;
            return Ok(());
        }
        let limits = self.machine.limits;
        let hierarchy = match event.arguments.get("flow_hierarchy_position") {
            Some(Value::Str(position)) => self.place(source, position),
            _ => Hierarchy::default(),
        };
        let replaces = self.is_restart(event);
        if replaces && !self.restarts_at_once() {
            self.state.postponed.push(queued.clone());
            return Ok(());
        }
        if self.state.flow_count() >= limits.flows {
            self.make_room();
        }
        let too_many = self.state.flow_count() >= limits.flows && !replaces;
        if too_many || hierarchy.depth() > limits.depth {
            return Err(Failure::limit(format!(
                "flow `{flow_id}` cannot start: too many flows, or too many within each other"
            )));
        }
        let deep = (hierarchy.depth() / DEPTH_PER_STEP) as u64;
        if let Err(failure) = self.spend(INSTANCE + deep) {
            if replaces {
                self.state.postponed.push(queued.clone());
            }
            return Err(failure);
        }
        let uid = match event.arguments.get("flow_instance_uid") {
            Some(Value::Str(uid)) if self.state.flow_key(uid).is_none() => uid.clone(),
            _ => self.state.new_instance_uid(flow_id),
        };
        let instance = self.new_instance(config, uid, hierarchy, &event.arguments)?;
        self.state.add_flow(instance);
        Ok(())
    }

    fn place(&self, source: Option<FlowKey>, position: &str) -> Hierarchy {
        match source.and_then(|source| self.state.flow(source)) {
            Some(source) => source.hierarchy.near(position),
            None => Hierarchy::parse(position),
        }
    }

    pub(super) fn fail_source(&mut self, source: Option<FlowKey>) {
        if let Some(source) = source {
            self.abort(source, &[]);
        }
    }

    pub(super) fn source_of(&self, event: &Event) -> Option<FlowKey> {
        self.state
            .flow_key(event.arguments.get("source_flow_instance_uid")?.as_str()?)
    }

    fn activate_again(&mut self, reference: FlowKey, source: Option<FlowKey>, queued: &Queued) {
        let Some(flow) = self.state.flow_mut(reference) else {
            return;
        };
        flow.activated = flow.activated.saturating_add(1);
        let mut started = super::pattern::life_event("FlowStarted", flow);
        let number = self.state.next_number();
        if let Some(parent) = source.and_then(|source| self.state.flow_mut(source)) {
            parent.children.push(number, reference);
        }
        if let Some(uid) = queued.event.arguments.get("flow_instance_uid") {
            started
                .arguments
                .insert(crate::value::name("flow_instance_uid"), uid.clone());
        }
        self.push(started, queued.scores.clone());
    }

    fn end_flows(&mut self, queued: &Queued, end: End, handled: &mut Handled) {
        let arguments = &queued.event.arguments;
        let update = match arguments.get("context_update") {
            Some(Value::Dict(update)) => Some(update.clone()),
            _ => None,
        };
        if let Some(Value::Str(uid)) = arguments.get("flow_instance_uid") {
            let key = self.state.flow_key(uid);
            let active = key.filter(|key| {
                self.state
                    .flow(*key)
                    .is_some_and(|flow| flow.status().is_active())
            });
            if let Some(key) = active {
                let activated = self.state.flow(key).is_some_and(|flow| flow.activated > 0);
                self.end_one(
                    key,
                    end,
                    queued,
                    activated && end == End::Abort,
                    update.as_deref(),
                    handled,
                );
            }
            return;
        }
        let Some(Value::Str(flow_id)) = arguments.get("flow_id") else {
            return;
        };
        let deactivate = arguments.get("deactivate").is_some_and(Value::is_true);
        let instances = self.state.instances(flow_id).unwrap_or_default().to_vec();
        self.budget
            .charge(instances.len() * (1 + arguments.len() / 8));
        for key in instances {
            if self
                .state
                .flow(key)
                .is_some_and(|flow| has_all(&flow.arguments, arguments))
            {
                self.end_one(key, end, queued, deactivate, update.as_deref(), handled);
            }
        }
    }

    fn end_one(
        &mut self,
        key: FlowKey,
        end: End,
        queued: &Queued,
        deactivate: bool,
        update: Option<&Dict>,
        handled: &mut Handled,
    ) {
        handled.add(self.state.flow(key).and_then(|flow| flow.loop_id()));
        let end = if self.may_finish(key, &queued.event) {
            end
        } else {
            End::Abort
        };
        let ending = Ending {
            key,
            end,
            deactivate,
        };
        self.end(ending, &queued.scores, update);
    }
}

fn has_all(values: &Arguments, chosen: &Arguments) -> bool {
    let choosing = chosen
        .iter()
        .filter(|(name, _)| !NOT_CHOOSING.contains(&&***name));
    choosing
        .into_iter()
        .all(|(name, value)| values.get(name).is_some_and(|found| found.equals(value)))
}
