//! Links an instance to the flow that has started it.

use std::sync::Arc;

use super::activation::Activations;
use crate::machine::job::job;
use crate::program::{FlowConfig, LoopKind, Name};
use crate::state::{FlowKey, HeadRef, StartFlow};

job! {
    /// Links an instance to the flow that started it. Changes both, and the loop of the instance.
    Links
}

impl Links<'_, '_> {
    /// Called when an instance matches its own start.
    pub(in crate::machine) fn link_started(&mut self, at: HeadRef, start: &StartFlow) {
        let flow = self.state.at(at.flow);
        let at_start = self.state.head(at).is_some_and(|head| head.position() == 0);
        let own = start.flow_id == flow.flow_id;
        if !at_start || !own || at.flow == self.state.main() {
            return;
        }
        let config = flow.config.clone();
        let parent = self.parent_for(&config, start);
        let loop_id = self.loop_for(&config, parent);
        self.state.set_loop(at.flow, loop_id);
        let number = self.state.next_number();
        if let Some(parent) = parent.and_then(|parent| self.state.flow_mut(parent)) {
            parent.children.push(number, at.flow);
        }
        let flow = self.state.at_mut(at.flow);
        flow.child_number = number;
        flow.parent = parent;
        flow.activated = start.activated;
        if let Some(head) = &start.head {
            flow.parent_head = Some(head.clone());
        }
    }

    fn loop_for(&mut self, config: &FlowConfig, parent: Option<FlowKey>) -> Option<Name> {
        let loop_of = |flow: FlowKey| self.state.flow(flow)?.loop_id().cloned();
        match config.loop_kind() {
            LoopKind::Named(name) => Some(name),
            LoopKind::New => Some(self.state.new_uid()),
            LoopKind::Parent => {
                let of_parent = parent.and_then(loop_of);
                of_parent.or_else(|| loop_of(self.state.main()))
            }
        }
    }

    /// The parent of the instance: for restarting activated flows, the reference instance.
    fn parent_for(&mut self, config: &Arc<FlowConfig>, start: &StartFlow) -> Option<FlowKey> {
        let source = start.source()?;
        let of_same_flow = self.state.flow(source)?.flow_id == config.id;
        if !(start.activated > 0 && of_same_flow) {
            return Some(source);
        }
        let mut activations = Activations::of(self);
        if let Ok(true) = activations.is_activated_with(source, config, start) {
            return Some(source);
        }
        let reference = activations.activated_instance(config, start);
        reference.ok().flatten().or(Some(source))
    }
}
