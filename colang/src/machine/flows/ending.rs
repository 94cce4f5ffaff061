//! Ends a flow instance with everything that it started, and restarts it if it is activated.
//!
//! Flows can be nested deeply, so the remaining work is kept in a list instead of recursing.

use crate::machine::events::Events;
use crate::machine::job::job;
use crate::machine::sending::Actions;
use crate::map::HashSet;
use crate::state::{
    Failure, Fate, FlowKey, FlowState, FlowStatus, InternalEvent, Queued, Scores, StartFlow,
};
use crate::value::{Dict, Value};

/// How an instance ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::machine) enum End {
    Finish,
    Abort,
}

/// The end of one instance; `deactivate` removes one activation first.
#[derive(Clone, Copy)]
pub(in crate::machine) struct Ending {
    pub(in crate::machine) key: FlowKey,
    pub(in crate::machine) end: End,
    pub(in crate::machine) deactivate: bool,
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

job! {
    /// Ends instances. Changes them and what they have started, and queues events and restarts.
    Endings
}

impl Endings<'_, '_> {
    /// Finishes a flow.
    pub(in crate::machine) fn finish(&mut self, key: FlowKey, scores: &Scores) {
        let ending = Ending {
            key,
            end: End::Finish,
            deactivate: false,
        };
        self.end(ending, scores, None);
    }

    /// Fails a flow.
    pub(in crate::machine) fn abort(&mut self, key: FlowKey, scores: &Scores) {
        let ending = Ending {
            key,
            end: End::Abort,
            deactivate: false,
        };
        self.end(ending, scores, None);
    }

    /// Fails the flow that requested an impossible start: otherwise it would wait forever.
    pub(in crate::machine) fn fail_source(&mut self, source: Option<FlowKey>) {
        if let Some(source) = source.filter(|source| self.state.flow(*source).is_some()) {
            self.abort(source, &Scores::default());
        }
    }

    /// Ends a flow and sets its variables.
    pub(in crate::machine) fn end(
        &mut self,
        ending: Ending,
        scores: &Scores,
        update: Option<&Dict>,
    ) {
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
                    self.state.at_mut(key).activated = 0;
                }
            }
        }
    }

    fn begin_end(&mut self, ending: Ending, steps: &mut Vec<Step>) {
        if !(ending.deactivate && self.is_reference(ending.key)) {
            steps.push(Step::Stop(ending));
            return;
        }
        let flow = self.state.at_mut(ending.key);
        flow.activated -= 1;
        if flow.activated > 0 {
            return;
        }
        steps.push(Step::Stop(ending));
        let flow = self.state.at(ending.key);
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
            let children = flow.children.iter().rev();
            let children = children.filter(|child| self.state.flow(*child).is_some());
            steps.extend(children.map(Step::Child));
        }
        ends
    }

    fn close(&mut self, ending: Ending, scores: &Scores, update: Option<&Dict>) {
        let key = ending.key;
        let flow = self.state.at(key);
        let never_waited = flow.status() != FlowStatus::Started;
        for action in flow.actions.clone() {
            Actions::of(self).release(action, key);
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
        self.tell_end(ending, scores);
        if !ending.deactivate && self.may_restart(key, never_waited) {
            self.restart(key, scores);
        }
    }

    fn tell_end(&mut self, Ending { key, end, .. }: Ending, scores: &Scores) {
        match end {
            End::Abort => self.tell(Fate::Failed, key, scores),
            End::Finish => {
                self.tell(Fate::Finished, key, scores);
                self.log_intent_or_action(key, scores);
            }
        }
    }

    fn tell(&mut self, fate: Fate, key: FlowKey, scores: &Scores) {
        if let Some(news) = self.state.news(fate, key) {
            self.push(InternalEvent::FlowNews(news), scores.clone());
        }
    }

    /// `main` waits to be started again.
    fn close_main(&mut self, ending: Ending, scores: &Scores, update: Option<&Dict>) {
        if ending.end == End::Abort {
            self.update_locals(ending.key, update);
            self.tell(Fate::Failed, ending.key, scores);
        }
        self.state.set_status(ending.key, FlowStatus::Waiting);
        self.state.add_head(ending.key);
    }

    fn leave_parent(&mut self, key: FlowKey) {
        let flow = self.state.at(key);
        if flow.activated > 0 {
            return;
        }
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
        let flow = self.state.at(key);
        if flow.activated == 0 || flow.new_instance_started {
            return false;
        }
        if !never_waited {
            return true;
        }
        let reference = flow.parent.filter(|_| self.is_restarted(key));
        let reference = reference.unwrap_or(key);
        if self.count_restart(reference) {
            return true;
        }
        self.give_up(key, reference);
        false
    }

    /// Deactivates a flow that keeps failing.
    fn give_up(&mut self, key: FlowKey, reference: FlowKey) {
        for ended in [reference, key] {
            self.state.at_mut(ended).activated = 0;
        }
        let flow_id = &self.state.at(key).flow_id;
        let failure = Failure::limit(format!(
            "the activated flow `{flow_id}` fails before it waits for anything, and is not started again"
        ));
        let place = self.place_of_flow(Some(key));
        self.report_limit(&failure, place);
    }

    /// Another instance starts at once; this one continues.
    pub(in crate::machine) fn start_new_instance(&mut self, key: FlowKey, scores: Scores) {
        if self.state.at(key).status() != FlowStatus::Started {
            return;
        }
        self.start_next(key, key, scores);
    }

    fn restart(&mut self, key: FlowKey, scores: &Scores) {
        let parent = self.state.at(key).parent.filter(|_| self.is_restarted(key));
        self.start_next(key, parent.unwrap_or(key), scores.clone());
    }

    fn start_next(&mut self, key: FlowKey, source: FlowKey, scores: Scores) {
        let source = self.state.named(source);
        let start = Events::of(self).start_again(key, source);
        self.push_restart(start, scores);
        self.state.at_mut(key).new_instance_started = true;
    }

    fn push_restart(&mut self, start: StartFlow, scores: Scores) {
        let event = InternalEvent::StartFlow(start);
        if self.budget.is_enough() {
            self.push_first(event, scores);
        } else {
            let event = event.into();
            self.state.postponed.push(Queued { event, scores });
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
