//! Which of the heads that want to send an event may do so: one per interaction loop, and those that want the same.

use super::exhaustion::EVENT;
use super::run::Run;
use crate::expr::cost;
use crate::map::IndexMap;
use crate::program::{Element, Name};
use crate::state::{FlowKey, HeadRef};
use crate::value::{Event, EventKind, Value};

impl Run<'_> {
    /// Sends the events of the winners and gives back all heads that go on.
    pub(super) fn resolve_conflicts(&mut self, heads: &[HeadRef]) -> Vec<HeadRef> {
        let mut groups: IndexMap<Option<Name>, Vec<HeadRef>> = IndexMap::default();
        for at in heads {
            let loop_id = self
                .state
                .flow(at.flow)
                .and_then(|flow| flow.loop_id().cloned());
            groups.entry(loop_id).or_default().push(*at);
        }
        groups
            .into_values()
            .flat_map(|group| self.resolve_group(&group))
            .collect()
    }

    fn resolve_group(&mut self, group: &[HeadRef]) -> Vec<HeadRef> {
        let mut ordered = self.in_order(group);
        while !ordered.is_empty() {
            if self.budget.is_over() {
                ordered.iter().for_each(|(_, at)| self.abort(at.flow, &[]));
                return Vec::new();
            }
            self.budget.charge(ordered.len());
            let picked = self.lot_of_best(&ordered);
            match self.send(picked) {
                Some(event) => {
                    let heads: Vec<_> = ordered.into_iter().map(|(_, at)| at).collect();
                    return self.settle_losers(picked, &event, &heads);
                }
                None => ordered.retain(|(_, at)| *at != picked && self.state.head(*at).is_some()),
            }
        }
        Vec::new()
    }

    /// Sends the event a head stands on. If that cannot be, its flow fails.
    fn send(&mut self, at: HeadRef) -> Option<Event> {
        let config = self.state.config(at.flow)?;
        let Element::Send(send) = config.element(self.position(at))? else {
            return None;
        };
        let sent = self.event(at.flow, &send.event).and_then(|event| {
            // It is written as JSON, and checked.
            let parts: usize = event.arguments.values().map(cost::printing).sum();
            self.spend(EVENT + (event.arguments.len() + parts) as u64)?;
            let uid = self.emit(&event, Some(at.flow))?;
            Ok((event, uid))
        });
        match sent {
            Ok((mut event, uid)) => {
                if let Some(reference) = send.reference.clone() {
                    if event.kind == EventKind::Action {
                        event.action = uid;
                    }
                    self.state
                        .set_local(at.flow, reference, event.clone().into());
                }
                Some(event)
            }
            Err(failure) => {
                let place = self.place_of(at);
                self.report_failure(&failure, place);
                self.abort(at.flow, &[]);
                None
            }
        }
    }

    /// Those who want the same event go on with the winner; all others, the best first, lose.
    fn settle_losers(&mut self, picked: HeadRef, event: &Event, group: &[HeadRef]) -> Vec<HeadRef> {
        let mut advancing = vec![picked];
        for at in group.iter().copied() {
            if at == picked || self.state.head(at).is_none() {
                continue;
            }
            let config = self.state.config(at.flow);
            let element = config
                .as_ref()
                .and_then(|config| config.element(self.position(at)));
            let Some(Element::Send(competing)) = element else {
                continue;
            };
            let competing = self.event(at.flow, &competing.event);
            if let Ok(competing) = &competing {
                let pairs = event.arguments.iter();
                let pairs =
                    pairs.filter_map(|(name, value)| Some((value, competing.arguments.get(name)?)));
                let cost: usize = pairs
                    .map(|(left, right)| 1 + cost::comparing(left, right))
                    .sum();
                self.budget.charge(cost);
            }
            match competing {
                Ok(competing) if is_same(event, &competing) => {
                    self.share_action(at.flow, event, &competing);
                    advancing.push(at);
                }
                Ok(_) | Err(_) if self.jump_to_catch(at) => advancing.push(at),
                Ok(_) => {
                    let scores = self.state.scores(at);
                    self.abort(at.flow, &scores);
                }
                Err(failure) => {
                    let place = self.place_of(at);
                    self.report(&failure, place);
                    self.abort(at.flow, &[]);
                }
            }
        }
        advancing
    }

    /// The flow that wanted an action of its own gets that of the winner instead.
    fn share_action(&mut self, flow: FlowKey, winning: &Event, competing: &Event) {
        let (Some(winner), Some(loser)) = (&winning.action, &competing.action) else {
            return;
        };
        let keys = (self.state.action_key(winner), self.state.action_key(loser));
        let (Some(winner_key), Some(loser_key)) = keys else {
            return;
        };
        if winner == loser
            || !self
                .state
                .flow(flow)
                .is_some_and(|flow| flow.actions.contains(&loser_key))
        {
            return;
        }
        let Some(state) = self.state.flow_mut(flow) else {
            return;
        };
        let scoped = state
            .scopes
            .values_mut()
            .flat_map(|scope| &mut scope.actions);
        for key in state
            .actions
            .iter_mut()
            .chain(scoped)
            .filter(|key| **key == loser_key)
        {
            *key = winner_key;
        }
        let context = state.context;
        if let Some(context) = self.state.context_mut(context) {
            for value in context.variables.values_mut() {
                if matches!(&*value, Value::Action(uid) if uid == loser) {
                    *value = Value::Action(winner.clone());
                }
            }
        }
        if let Some(action) = self.state.action_mut(winner_key) {
            action.owners.push(flow);
            if !action.users.contains(&flow) {
                action.users.push(flow);
            }
        }
        self.state.remove_action(loser_key);
        if self
            .state
            .context(context)
            .is_some_and(|context| context.shared)
        {
            self.budget.charge(self.state.flow_count());
            self.state.refresh_context(context);
        } else {
            self.state.refresh_heads(flow);
        }
    }
}

fn is_same(left: &Event, right: &Event) -> bool {
    left.name == right.name && left.arguments == right.arguments
}
