//! Decides which heads may send their events: one per interaction loop, and those that want to send the same.

use crate::expr::cost;
use crate::machine::events::Events;
use crate::machine::flows::Endings;
use crate::machine::job::job;
use crate::machine::run::EVENT;
use crate::machine::sending::Actions;
use crate::map::IndexMap;
use crate::program::{Element, Name, Send};
use crate::state::{ActionKey, Failure, FlowKey, HeadRef, Scores};
use crate::value::{Event, EventKind, Value};

job! {
    /// Decides which heads send. Sends events, fails flows that lose, and lets flows share actions.
    Conflicts
}

impl Conflicts<'_, '_> {
    /// Sends the events of the winners and returns all heads that advance.
    pub(in crate::machine) fn resolve(&mut self, heads: &[HeadRef]) -> Vec<HeadRef> {
        if let [only] = heads {
            return self.resolve_group(&[*only]);
        }
        let mut groups: IndexMap<Option<Name>, Vec<HeadRef>> = IndexMap::default();
        for at in heads {
            let loop_id = self.state.at(at.flow).loop_id().cloned();
            groups.entry(loop_id).or_default().push(*at);
        }
        let groups = groups.into_values();
        groups
            .flat_map(|group| self.resolve_group(&group))
            .collect()
    }

    fn resolve_group(&mut self, group: &[HeadRef]) -> Vec<HeadRef> {
        let mut ordered = self.in_order(group);
        while !ordered.is_empty() {
            if self.budget.is_over() {
                let heads = ordered.iter().map(|(_, at)| *at);
                heads.for_each(|at| Endings::of(self).abort(at.flow, &Scores::default()));
                return Vec::new();
            }
            self.budget.charge(ordered.len());
            let picked = self.lot_of_best(&ordered);
            if let Some(event) = self.send(picked) {
                let heads = ordered.into_iter().map(|(_, at)| at);
                return self.settle(picked, &event, heads);
            }
            ordered.retain(|(_, at)| *at != picked && self.state.head(*at).is_some());
        }
        Vec::new()
    }

    /// Sends the event of a head. If that is not possible, its flow fails.
    fn send(&mut self, at: HeadRef) -> Option<Event> {
        let config = self.state.config(at.flow)?;
        let Element::Send(send) = config.element(self.state.head(at)?.position())? else {
            return None;
        };
        let sent = self.try_send(at, send);
        let failure = match sent {
            Ok(event) => return Some(event),
            Err(failure) => failure,
        };
        let place = self.place_of(at);
        self.report_failure(&failure, place);
        Endings::of(self).abort(at.flow, &Scores::default());
        None
    }

    fn try_send(&mut self, at: HeadRef, send: &Send) -> Result<Event, Failure> {
        let mut event = Events::of(self).event(at.flow, &send.event)?;
        // The event is serialized as JSON, and checked.
        let parts: usize = event.arguments.values().map(cost::printing).sum();
        self.spend(EVENT + (event.arguments.len() + parts) as u64)?;
        let uid = Actions::of(self).send(&event, Some(at.flow))?;
        if let Some(reference) = send.reference.clone() {
            if event.kind == EventKind::Action {
                event.action = uid;
            }
            let sent = event.clone().into();
            self.state.set_local(at.flow, reference, sent);
        }
        Ok(event)
    }

    /// Heads that want to send the same event advance with the winner; all others lose, beginning with the best.
    fn settle(
        &mut self,
        picked: HeadRef,
        event: &Event,
        group: impl Iterator<Item = HeadRef>,
    ) -> Vec<HeadRef> {
        let mut advancing = vec![picked];
        for at in group.filter(|at| *at != picked) {
            advancing.extend(self.settle_one(at, event));
        }
        advancing
    }

    /// Returns the head if it advances.
    fn settle_one(&mut self, at: HeadRef, event: &Event) -> Option<HeadRef> {
        let config = self.state.config(at.flow)?;
        let Element::Send(competing) = config.element(self.state.head(at)?.position())? else {
            return None;
        };
        let competing = Events::of(self).event(at.flow, &competing.event);
        if let Ok(competing) = &competing {
            self.budget.charge(cost_of_comparing(event, competing));
        }
        match competing {
            Ok(competing) if is_same(event, &competing) => {
                self.share_action(at.flow, event, &competing);
                return Some(at);
            }
            Ok(_) | Err(_) if self.jump_to_catch(at) => return Some(at),
            Ok(_) => {
                let scores = self.state.scores(at);
                Endings::of(self).abort(at.flow, &scores);
            }
            Err(failure) => {
                let place = self.place_of(at);
                self.report(&failure, place);
                Endings::of(self).abort(at.flow, &Scores::default());
            }
        }
        None
    }

    /// The flow that wanted to start an action gets that of the winner instead.
    fn share_action(&mut self, flow: FlowKey, winning: &Event, competing: &Event) {
        let (Some(winner), Some(loser)) = (&winning.action, &competing.action) else {
            return;
        };
        let keys = (self.state.action_key(winner), self.state.action_key(loser));
        let (Some(winner_key), Some(loser_key)) = keys else {
            return;
        };
        if winner == loser || !self.state.at(flow).actions.contains(&loser_key) {
            return;
        }
        self.replace_action(flow, loser_key, winner_key);
        self.replace_reference(flow, loser, winner);
        if let Some(action) = self.state.action_mut(winner_key) {
            action.owners.push(flow);
            if !action.users.contains(&flow) {
                action.users.push(flow);
            }
        }
        self.state.remove_action(loser_key);
        self.refresh_heads(flow);
    }
    fn replace_action(&mut self, flow: FlowKey, old: ActionKey, new: ActionKey) {
        let flow = self.state.at_mut(flow);
        let scopes = flow.scopes.values_mut();
        let scoped = scopes.flat_map(|scope| &mut scope.actions);
        for key in flow.actions.iter_mut().chain(scoped) {
            if *key == old {
                *key = new;
            }
        }
    }

    fn replace_reference(&mut self, flow: FlowKey, old: &Name, new: &Name) {
        let context = self.state.at(flow).context;
        let Some(context) = self.state.context_mut(context) else {
            return;
        };
        for value in context.variables.values_mut() {
            if matches!(&*value, Value::Action(uid) if uid == old) {
                *value = Value::Action(new.clone());
            }
        }
    }

    /// Lists heads that wait for an event of the action under the new one.
    fn refresh_heads(&mut self, flow: FlowKey) {
        let key = self.state.at(flow).context;
        let context = self.state.context(key);
        if context.is_some_and(|context| context.shared) {
            let cost = self.state.flow_count();
            self.budget.charge(cost);
            self.state.refresh_context(key);
        } else {
            self.state.refresh_heads(flow);
        }
    }
}

fn cost_of_comparing(left: &Event, right: &Event) -> usize {
    let pairs = left.arguments.iter();
    let pairs = pairs.filter_map(|(name, value)| Some((value, right.arguments.get(name)?)));
    pairs
        .map(|(left, right)| 1 + cost::comparing(left, right))
        .sum()
}

fn is_same(left: &Event, right: &Event) -> bool {
    left.name == right.name && left.arguments == right.arguments
}
