//! Ends a flow instance with everything that it started, and restarts it if it is activated.
//!
//! Flows can be nested deeply, so the remaining work is kept in a list instead of recursing.

use super::pattern::life_event;
use super::run::{Run, queued};
use crate::map::HashSet;
use crate::state::{ActionKey, Failure, FlowKey, FlowState, FlowStatus};
use crate::value::{Dict, Event, Value};

/// How an instance ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Finish,
    Abort,
}

/// The end of one instance; `deactivate` removes one activation first.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    pub(super) key: FlowKey,
    pub(super) end: End,
    pub(super) deactivate: bool,
}

/// One step of ending an instance.
enum Step {
    /// Removes an activation; if others remain, the instance continues.
    Begin(Ending),
    /// Ends what the instance has started.
    Stop(Ending),
    /// Ends a child of an instance that ends, unless it was started by its own flow.
    Child(FlowKey),
    /// Ends the instance itself.
    Close(Ending),
    /// Drops an instance that was started by its own flow, after the end of all activations.
    Forget(FlowKey),
}

impl Run<'_> {
    /// Finishes a flow.
    pub(super) fn finish(&mut self, key: FlowKey, scores: &[f64]) {
        let ending = Ending {
            key,
            end: End::Finish,
            deactivate: false,
        };
        self.end(ending, scores, None);
    }

    /// Fails a flow.
    pub(super) fn abort(&mut self, key: FlowKey, scores: &[f64]) {
        let ending = Ending {
            key,
            end: End::Abort,
            deactivate: false,
        };
        self.end(ending, scores, None);
    }

    /// Ends a flow and sets its variables.
    pub(super) fn end(&mut self, ending: Ending, scores: &[f64], update: Option<&Dict>) {
        let mut steps = vec![Step::Begin(ending)];
        // Flows that activate each other are each other's children, so visited ones are skipped.
        let mut open = HashSet::default();
        while let Some(step) = steps.pop() {
            match step {
                Step::Begin(ending) => self.begin_end(ending, &mut steps),
                Step::Stop(ending) if open.contains(&ending.key) => {}
                Step::Stop(ending) => {
                    if self.stop(ending, &mut steps) {
                        open.insert(ending.key);
                    }
                }
                Step::Child(child) => {
                    if !self.is_restarted(child) {
                        steps.push(Step::Begin(of_child(child)));
                    }
                }
                Step::Close(closing) => {
                    open.remove(&closing.key);
                    let update = update.filter(|_| closing.key == ending.key);
                    self.close(closing, scores, update);
                }
                Step::Forget(key) => {
                    if let Some(flow) = self.state.flow_mut(key) {
                        flow.activated = 0;
                    }
                }
            }
        }
    }

    fn begin_end(&mut self, ending: Ending, steps: &mut Vec<Step>) {
        if !(ending.deactivate && self.is_reference(ending.key)) {
            steps.push(Step::Stop(ending));
            return;
        }
        let Some(flow) = self.state.flow_mut(ending.key) else {
            return;
        };
        flow.activated -= 1;
        if flow.activated > 0 {
            return;
        }
        steps.push(Step::Stop(ending));
        let Some(flow) = self.state.flow(ending.key) else {
            return;
        };
        for child in flow.children.iter().rev() {
            let of_same_flow = |child: &FlowState| child.flow_id == flow.flow_id;
            if self.state.flow(child).is_some_and(of_same_flow) {
                steps.push(Step::Forget(child));
                steps.push(Step::Begin(of_child(child)));
            }
        }
    }

    /// Whether there is something to end.
    fn stop(&mut self, ending: Ending, steps: &mut Vec<Step>) -> bool {
        let Some(flow) = self.state.flow(ending.key) else {
            return false;
        };
        let ends = match ending.end {
            End::Finish => flow.status().is_listening(),
            End::Abort => flow.status().is_listening() || flow.status() == FlowStatus::Stopping,
        };
        if ends {
            steps.push(Step::Close(ending));
            steps.extend(flow.children.iter().rev().map(Step::Child));
        }
        ends
    }

    fn close(&mut self, ending: Ending, scores: &[f64], update: Option<&Dict>) {
        let key = ending.key;
        let Some(flow) = self.state.flow(key) else {
            return;
        };
        let never_waited = flow.status() != FlowStatus::Started;
        for action in flow.actions.clone() {
            self.release(action, key);
        }
        self.state.clear_heads(key);
        if key == self.state.main() {
            self.close_main(ending, scores, update);
            return;
        }
        self.state.set_status(
            key,
            match ending.end {
                End::Finish => FlowStatus::Finished,
                End::Abort => FlowStatus::Stopped,
            },
        );
        self.leave_parent(key);
        self.state.drop_engine_made(key);
        self.update_locals(key, update);
        let event = match ending.end {
            End::Finish => self.finished_event(key),
            End::Abort => self.failed_event(key),
        };
        if let Some(event) = event {
            self.push(event, scores.to_vec());
        }
        if ending.end == End::Finish {
            self.log_intent_or_action(key, scores);
        }
        if !ending.deactivate && self.may_restart(key, never_waited) {
            self.restart(key, scores);
        }
    }

    /// `main` waits to be started again.
    fn close_main(&mut self, ending: Ending, scores: &[f64], update: Option<&Dict>) {
        if ending.end == End::Abort {
            self.update_locals(ending.key, update);
            if let Some(event) = self.failed_event(ending.key) {
                self.push(event, scores.to_vec());
            }
        }
        self.state.set_status(ending.key, FlowStatus::Waiting);
        self.state.add_head(ending.key);
    }

    fn failed_event(&self, key: FlowKey) -> Option<Event> {
        self.state
            .flow(key)
            .map(|flow| life_event("FlowFailed", flow))
    }

    /// A flow no longer needs an action; if no other flow does, it is stopped.
    pub(super) fn release(&mut self, key: ActionKey, flow: FlowKey) {
        let Some(action) = self
            .state
            .action_mut(key)
            .filter(|action| action.status.is_running())
        else {
            return;
        };
        action.users.retain(|user| *user != flow);
        if action.users.is_empty() {
            self.stop_action(key);
        }
    }

    fn leave_parent(&mut self, key: FlowKey) {
        let Some(flow) = self.state.flow(key).filter(|flow| flow.activated == 0) else {
            return;
        };
        let number = flow.child_number;
        if let Some(parent) = flow.parent.and_then(|parent| self.state.flow_mut(parent)) {
            parent.children.remove(number);
        }
    }

    fn update_locals(&mut self, key: FlowKey, update: Option<&Dict>) {
        for (name, value) in update.into_iter().flat_map(Dict::iter) {
            if let Value::Str(name) = name {
                self.state.set_local(key, name.clone(), value.clone());
            }
        }
    }

    /// Whether an activated flow restarts: not if it keeps failing before it waits for anything.
    fn may_restart(&mut self, key: FlowKey, never_waited: bool) -> bool {
        let Some(flow) = self.state.flow(key) else {
            return false;
        };
        if flow.activated == 0 || flow.new_instance_started {
            return false;
        }
        if !never_waited {
            return true;
        }
        let flow_id = flow.flow_id.clone();
        let reference = flow.parent.filter(|_| self.is_restarted(key));
        let reference = reference.unwrap_or(key);
        if self.count_restart(reference) {
            return true;
        }
        for ended in [reference, key] {
            if let Some(flow) = self.state.flow_mut(ended) {
                flow.activated = 0;
            }
        }
        let place = self.place_of_flow(Some(key));
        let failure = Failure::limit(format!(
            "the activated flow `{flow_id}` fails before it waits for anything, and is not started again"
        ));
        self.report_limit(&failure, place);
        false
    }

    pub(super) fn push_restart(&mut self, event: Event, scores: Vec<f64>) {
        if self.restarts_at_once() {
            self.push_first(event, scores);
        } else {
            self.state.postponed.push(queued(event, scores));
        }
    }

    fn restart(&mut self, key: FlowKey, scores: &[f64]) {
        let source = match self.state.flow(key) {
            Some(flow) if self.is_restarted(key) => flow.parent,
            _ => Some(key),
        };
        let source = source
            .and_then(|key| self.state.flow(key))
            .map(|flow| flow.uid.clone());
        if let Some(mut event) = self.start_event(key) {
            event.arguments.insert(
                crate::value::name("source_flow_instance_uid"),
                source.into(),
            );
            self.push_restart(event, scores.to_vec());
        }
        if let Some(flow) = self.state.flow_mut(key) {
            flow.new_instance_started = true;
        }
    }
}

fn of_child(key: FlowKey) -> Ending {
    Ending {
        key,
        end: End::Abort,
        deactivate: true,
    }
}
