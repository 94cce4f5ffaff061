//! The main loop: internal events until there are none, then merges, then events to be sent, until all heads wait.

use std::collections::VecDeque;

use super::flows::{CleanUp, End, Endings, Starts, Stops, Taken};
use super::heads::{Advance, Conflicts};
use super::job::job;
use super::matching::{Captures, Handled, Matching};
use super::run::{Heads, too_much};
use super::sending::Actions;
use crate::program::{EventName, InternalName, Name};
use crate::state::{
    Arrived, FlowHead, HeadRef, HeadStatus, Incoming, InternalEvent, Output, Queued, Scores, Told,
    Unhandled,
};
use crate::value::{Event, Value};

/// How many interaction loops are examined in one step.
const LOOPS_PER_STEP: usize = 4;

job! {
    /// Processes one event and all its consequences.
    Process
}

impl Process<'_, '_> {
    pub(super) fn complete(&mut self, event: Incoming) {
        self.state.epoch += 1;
        CleanUp::of(self).clean_up();
        self.state.queue = std::mem::take(&mut self.state.postponed).into();
        let mut actionable = Heads::default();
        // What was left comes first, with all its consequences: flows that begin anew must wait before the event comes.
        self.work_off(&mut actionable);
        let scores = Scores::default();
        self.state.queue.push_back(Queued { event, scores });
        loop {
            self.work_off(&mut actionable);
            let ready: Vec<_> = std::mem::take(&mut actionable)
                .into_iter()
                .filter(|at| self.is_actionable(*at))
                .collect();
            let advancing = Conflicts::of(self).resolve(&ready);
            Advance::of(self).advance(&advancing, &mut actionable);
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
                if self.is_of_interest(&queued.event) {
                    self.process(&queued, actionable);
                    Starts::of(self).drop_flood();
                }
            }
            let merging = self.take_merging(actionable);
            Advance::of(self).advance(&merging, actionable);
            if merging.is_empty() && self.state.queue.is_empty() {
                return;
            }
        }
    }

    /// Whether the remaining events must wait for the next event from outside; if so, they are postponed and it is
    /// reported.
    fn postpones_rest(&mut self) -> bool {
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

    /// Takes out the heads that are on a merge, and drops those that are no longer active.
    fn take_merging(&self, actionable: &mut Heads) -> Vec<HeadRef> {
        let status = |at: &HeadRef| self.state.head(*at).map(FlowHead::status);
        let is_merging = |at: &&HeadRef| status(at) == Some(HeadStatus::Merging);
        let merging = actionable.iter().filter(is_merging).copied().collect();
        actionable.retain(|at| status(at) == Some(HeadStatus::Active));
        merging
    }

    fn is_actionable(&self, at: HeadRef) -> bool {
        let Some(flow) = self.state.flow(at.flow) else {
            return false;
        };
        let status = flow.heads.get(at.head).map(FlowHead::status);
        flow.status().is_active() && status == Some(HeadStatus::Active)
    }

    /// The report on an unhandled event is only processed if a flow waits for it, or if it is the start of a flow
    /// that may not exist.
    fn is_of_interest(&self, event: &Incoming) -> bool {
        let Some(InternalEvent::UnhandledEvent(unhandled)) = event.internal() else {
            return true;
        };
        matches!(
            unhandled.event.internal(),
            Some(InternalEvent::StartFlow(_))
        ) || self
            .state
            .is_waited_for(&EventName::Internal(InternalName::UnhandledEvent))
    }

    fn process(&mut self, queued: &Queued, actionable: &mut Heads) {
        let event = Arrived::new(&queued.event);
        let active: Vec<_> = self.state.active_loops().cloned().collect();
        self.budget.charge(active.len() / LOOPS_PER_STEP);
        let mut handled = self.act_upon(&event, queued);
        let found = Matching::of(self).find(&event, &queued.scores, &mut handled);
        if found.matching.is_empty() && found.failing.is_empty() {
            Starts::of(self).fail_undefined(&event);
        }
        self.report_unhandled(queued, active, &handled);
        let matching = self.best_first(found.matching);
        for at in &matching {
            Captures::of(self).take_in(*at, &event);
        }
        self.tell_action(&event);
        let going = self.go_on(matching, found.failing);
        Advance::of(self).advance(&going, actionable);
    }

    /// The engine's reaction to an event, whether or not a flow waits for it.
    fn act_upon(&mut self, event: &Arrived<'_>, queued: &Queued) -> Handled {
        let mut handled = Handled::default();
        match event.internal() {
            None => self.update_globals(event.public()),
            Some(InternalEvent::StartFlow(start)) => {
                handled.all = Starts::of(self).start(start, queued) == Taken::ByAnother;
            }
            Some(InternalEvent::FinishFlow(order)) => {
                handled.loops = Stops::of(self).stop(order, End::Finish, &queued.scores);
            }
            Some(InternalEvent::StopFlow(order)) => {
                handled.loops = Stops::of(self).stop(order, End::Abort, &queued.scores);
            }
            Some(InternalEvent::Told(told)) => handled.all = self.log(told),
            Some(InternalEvent::FlowNews(_) | InternalEvent::UnhandledEvent(_)) => {}
        }
        handled
    }

    /// Logs an event in the history; returns whether it is one for the history.
    fn log(&mut self, told: &Told) -> bool {
        let belongs = match told.name {
            InternalName::BotIntentLog
            | InternalName::UserIntentLog
            | InternalName::BotActionLog
            | InternalName::UserActionLog => true,
            InternalName::StartFlow
            | InternalName::FinishFlow
            | InternalName::StopFlow
            | InternalName::FlowStarted
            | InternalName::FlowFinished
            | InternalName::FlowFailed
            | InternalName::UnhandledEvent => false,
        };
        if belongs {
            let event = (*told.event).clone();
            self.state.outputs.push(Output::History(event));
        }
        belongs
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

    /// Queues a report on the event for the loops in which no flow has handled it.
    fn report_unhandled(&mut self, queued: &Queued, mut active: Vec<Name>, handled: &Handled) {
        let event = &queued.event;
        let name = event.internal().map(InternalEvent::name);
        if handled.all || name == Some(InternalName::UnhandledEvent) {
            return;
        }
        active.retain(|loop_id| !handled.loops.contains(loop_id));
        if !active.is_empty() {
            let unhandled = Unhandled {
                event: event.clone(),
                loops: active,
            };
            let event = InternalEvent::UnhandledEvent(unhandled);
            self.push(event, queued.scores.clone());
        }
    }

    fn best_first(&self, mut heads: Vec<HeadRef>) -> Vec<HeadRef> {
        if heads.len() > 1 {
            let scores = |at: &HeadRef| self.state.scores(*at);
            heads.sort_by(|left, right| scores(right).compare(&scores(left)));
        }
        heads
    }

    fn tell_action(&mut self, event: &Arrived<'_>) {
        let uid = event.incoming().action();
        if let (Some(name), Some(uid)) = (event.action_name(), uid) {
            Actions::of(self).update(name, uid, &event.public().arguments);
        }
    }

    /// The heads that advance: those that match, and those that fail but have a catch label. The flows of the others
    /// fail.
    fn go_on(&mut self, mut matching: Vec<HeadRef>, failing: Vec<HeadRef>) -> Vec<HeadRef> {
        for at in failing {
            if self.jump_to_catch(at) {
                matching.push(at);
            } else if self.state.flow(at.flow).is_some() {
                Endings::of(self).abort(at.flow, &Scores::default());
            }
        }
        matching
    }
}
