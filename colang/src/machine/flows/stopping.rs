//! The effect of `FinishFlow` and `StopFlow`: one instance ends, or all instances of a flow with certain arguments.

use super::ending::{End, Ending, Endings};
use crate::machine::job::job;
use crate::program::Name;
use crate::state::{EndFlow, FlowKey, Scores, Target};
use crate::value::Fields;

/// Arguments of `FinishFlow` and `StopFlow` that do not select instances.
const NOT_CHOOSING: [&str; 5] = [
    "flow_id",
    "deactivate",
    "context_update",
    "source_flow_instance_uid",
    "source_head_uid",
];

job! {
    /// Ends the instances selected by an event.
    Stops
}

impl Stops<'_, '_> {
    /// Returns the interaction loops of the instances.
    pub(in crate::machine) fn stop(
        &mut self,
        order: &EndFlow,
        end: End,
        scores: &Scores,
    ) -> Vec<Name> {
        let mut loops = Vec::new();
        for (key, deactivate) in self.chosen(order, end) {
            loops.extend(self.state.at(key).loop_id().cloned());
            let end = match self.may_finish(key, order.source) {
                true => end,
                false => End::Abort,
            };
            let ending = Ending {
                key,
                end,
                deactivate,
            };
            Endings::of(self).end(ending, scores, order.update.as_deref());
        }
        loops
    }

    /// The selected instances, and whether each is deactivated first.
    fn chosen(&mut self, order: &EndFlow, end: End) -> Vec<(FlowKey, bool)> {
        let flow_id = match &order.target {
            Target::Flow(flow_id) => flow_id,
            Target::Instance(uid) => {
                let key = self.state.flow_key(uid);
                let flow = key.map(|key| (key, self.state.at(key)));
                let active = flow.filter(|(_, flow)| flow.status().is_active());
                let one = active.map(|(key, flow)| (key, flow.activated > 0 && end == End::Abort));
                return one.into_iter().collect();
            }
        };
        let arguments = &order.public.arguments;
        let instances = self.state.instances(flow_id).unwrap_or_default();
        let chosen = instances.iter().copied();
        let chosen = chosen.filter(|key| has_all(&self.state.at(*key).arguments, arguments));
        let chosen = chosen.map(|key| (key, order.deactivates)).collect();
        let cost = instances.len() * (1 + arguments.len() / 8);
        self.budget.charge(cost);
        chosen
    }
}

fn has_all(values: &Fields, chosen: &Fields) -> bool {
    let mut choosing = chosen
        .iter()
        .filter(|(name, _)| !NOT_CHOOSING.contains(&&***name));
    choosing.all(|(name, value)| values.get(name).is_some_and(|found| found.equals(value)))
}
