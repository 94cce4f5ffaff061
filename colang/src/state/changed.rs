//! Flows that have changed since a conversation was saved: which instances can begin anew in their new form.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::FlowKey;
use super::resume_error::{ResumeError, ResumeErrorKind};
use super::{FlowState, HeadStatus, State};
use crate::program::Name;

/// What happens to flows that have changed while they were running, when a conversation is resumed.
///
/// An activated flow that has changed always begins anew in its new form if it only waits at its first match, with
/// everything that it awaits there; if it no longer exists, it ends. This is about the others, which have gone further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnChange {
    /// The conversation is not resumed.
    #[default]
    Refuse,
    /// They end, with everything that they have started, and begin anew if they are activated. One that is not ends
    /// together with the activated flow that has led to it: at the latest `main`.
    RestartFlows,
}

/// The instances that do not stand at their first wait any more, or have started something that does not.
pub(super) fn begun(state: &State) -> BTreeSet<FlowKey> {
    let mut begun = BTreeSet::new();
    // Children are younger than their parents.
    for key in state.flows.keys().into_iter().rev() {
        let Some(flow) = state.flow(key).filter(|flow| !flow.heads.is_empty()) else {
            continue;
        };
        if begun.contains(&key) || has_begun(flow) {
            begun.insert(key);
            begun.extend(flow.parent);
        }
    }
    begun.retain(|key| state.flow(*key).is_some_and(|flow| !flow.heads.is_empty()));
    begun
}

fn has_begun(flow: &FlowState) -> bool {
    let at_first_wait = |position| flow.config.first_waits.binary_search(&position).is_ok();
    let mut heads = flow.active_heads();
    flow.status.is_active()
        && (!flow.actions.is_empty()
            || flow.new_instance_started
            || heads
                .any(|head| head.status() != HeadStatus::Active || !at_first_wait(head.position())))
}

/// What has to be done for flows that have changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The instances that end and, if they are activated, begin anew.
    pub(crate) restart: BTreeSet<FlowKey>,
    /// Those of them whose flows no longer exist.
    pub(crate) missing: BTreeSet<FlowKey>,
}

impl State {
    /// Finds what has to be done. `begun` is missing in conversations that were saved in an earlier form.
    pub(super) fn changes(
        &self,
        fingerprints: &BTreeMap<String, u64>,
        begun: Option<&BTreeSet<FlowKey>>,
        on_change: OnChange,
    ) -> Result<(Changes, Vec<FlowKey>), ResumeError> {
        let (mut changes, mut changed) = (Changes::default(), Vec::new());
        for (key, flow) in self.flows.iter().filter(|(_, flow)| !flow.heads.is_empty()) {
            let Some(kind) = self.change_of(&flow.flow_id, fingerprints) else {
                continue;
            };
            changed.push(key);
            let from = self.activated_above(key);
            let waits = from.filter(|from| begun.is_some_and(|begun| !begun.contains(from)));
            let restart = match (waits, on_change) {
                (Some(waits), _) => Some(waits),
                (None, OnChange::RestartFlows) => from,
                (None, OnChange::Refuse) => None,
            };
            let restart = restart.ok_or_else(|| ResumeError::new(kind, &*flow.flow_id))?;
            changes.restart.insert(restart);
            if kind == ResumeErrorKind::MissingFlow {
                changes.missing.insert(key);
            }
        }
        Ok((changes, changed))
    }

    fn change_of(
        &self,
        flow: &Name,
        fingerprints: &BTreeMap<String, u64>,
    ) -> Option<ResumeErrorKind> {
        match self.program.flow(flow) {
            None => Some(ResumeErrorKind::MissingFlow),
            Some(config) if fingerprints.get(&**flow) != Some(&config.fingerprint) => {
                Some(ResumeErrorKind::ChangedFlow)
            }
            Some(_) => None,
        }
    }

    /// The instance itself, if it is activated, or the next one above that is.
    fn activated_above(&self, key: FlowKey) -> Option<FlowKey> {
        let mut at = Some(key);
        while let Some(flow) = at.and_then(|key| self.flow(key)) {
            if flow.activated > 0 {
                return at;
            }
            at = flow.parent;
        }
        None
    }

    /// Puts the heads of changed flows where they fit into any flow, until these are ended.
    pub(super) fn set_aside(&mut self, changed: &[FlowKey]) {
        for key in changed {
            if let Some(flow) = self.flows.get_mut(*key) {
                flow.heads.set_aside();
            }
        }
    }
}
