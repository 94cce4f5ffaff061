//! A snapshot: the data of a conversation without the program, and how it is resumed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::changed::{Changes, OnChange, begun};
use super::ids::FlowKey;
use super::places::Places;
use super::resume_error::{FIRST_VERSION, ResumeError, ResumeErrorKind, VERSION};
use super::{State, check};
use crate::program::{File, Program, ProgramError};
use crate::source::SourceId;

/// A saved conversation: plain data for any serde format that names its fields, such as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Snapshot {
    version: u32,
    fingerprints: BTreeMap<String, u64>,
    places: Places,
    /// The instances that do not stand at their first wait any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<BTreeSet<FlowKey>>,
    state: State,
}

impl State {
    /// The current conversation, without the program.
    pub fn snapshot(&self) -> Snapshot {
        let flows = || self.flows.iter().map(|(_, flow)| flow);
        let running = flows().filter(|flow| !flow.heads.is_empty());
        let fingerprints = running
            .map(|flow| (flow.flow_id.to_string(), flow.config.fingerprint))
            .collect();
        let mut state = self.clone();
        state.outputs.clear();
        Snapshot {
            version: VERSION,
            fingerprints,
            places: Places::of(flows().map(|flow| &flow.hierarchy)),
            begun: Some(begun(self)),
            state,
        }
    }

    /// Resumes a saved conversation, and says what has to be done for flows that have changed.
    pub(crate) fn resume(
        snapshot: Snapshot,
        program: Arc<Program>,
        on_change: OnChange,
    ) -> Result<(Self, Changes), ResumeError> {
        let Snapshot {
            version,
            fingerprints,
            places,
            begun,
            mut state,
        } = snapshot;
        if !(FIRST_VERSION..=VERSION).contains(&version) {
            return Err(ResumeError::new(
                ResumeErrorKind::Version,
                version.to_string(),
            ));
        }
        state.program = program;
        state.add_again()?;
        if let Some(flow) =
            check::without_fingerprint(&state, |flow| fingerprints.contains_key(flow))
        {
            let what = format!("nothing says how the flow `{flow}` read, which was running");
            return Err(ResumeError::new(ResumeErrorKind::Damaged, what));
        }
        let (changes, changed) = state.changes(&fingerprints, begun.as_ref(), on_change)?;
        state.set_aside(&changed);
        state.place_again(&places)?;
        state.connect()?;
        Ok((state, changes))
    }

    fn add_again(&mut self) -> Result<(), ResumeError> {
        let mut program = self.program.clone();
        for added in &self.added {
            let parsed = crate::syntax::parse(SourceId::default(), &added.source);
            let file = File {
                name: &added.file,
                module: &parsed.module,
            };
            ProgramError::of_syntax(file, &parsed.diagnostics)
                .and_then(|()| Arc::make_mut(&mut program).add(file))
                .map_err(|error| ResumeError::new(ResumeErrorKind::AddedFlow, error.to_string()))?;
        }
        for removed in &self.removed {
            Arc::make_mut(&mut program).remove(removed);
        }
        self.program = program;
        Ok(())
    }

    fn place_again(&mut self, places: &Places) -> Result<(), ResumeError> {
        let restored = places.restored().unwrap_or_default();
        if restored.len() != self.flows.len() {
            let what = "the flows and their places do not agree";
            return Err(ResumeError::new(ResumeErrorKind::Damaged, what));
        }
        for (key, place) in self.flows.keys().into_iter().zip(restored) {
            if let Some(flow) = self.flows.get_mut(key) {
                flow.hierarchy = place;
            }
        }
        Ok(())
    }

    /// Computes the data that is not saved.
    fn connect(&mut self) -> Result<(), ResumeError> {
        let damaged = |what: String| ResumeError::new(ResumeErrorKind::Damaged, what);
        for key in self.flows.keys() {
            if let Some(flow) = self.flows.get_mut(key)
                && let Some(config) = self.program.flow(&flow.flow_id)
            {
                flow.config = config.clone();
            }
        }
        check::check(self).map_err(damaged)?;
        self.count_again();
        for key in self.flows.keys() {
            let Some(flow) = self.flows.get_mut(key) else {
                continue;
            };
            flow.heads.shrink();
            self.derived.flows.insert(flow.uid.clone(), key);
            let loop_id = flow.loop_id.clone().filter(|_| flow.status.is_listening());
            self.count_loop(loop_id.as_ref(), 1);
        }
        for (key, action) in self.actions.iter() {
            self.derived.actions.insert(action.uid.clone(), key);
        }
        self.read_postponed();
        self.rebuild_index()
            .map_err(|failure| damaged(failure.message))
    }

    /// Counters that could keep the conversation from ever being cleaned up are recomputed.
    fn count_again(&mut self) {
        let done = self.flows.iter().filter(|(_, flow)| flow.status.is_done());
        self.done = done.count();
        let most = 2 * (self.flows.len() + self.actions.len()) + 8;
        self.clean_up_at.done = self.clean_up_at.done.min(most);
        self.clean_up_at.actions = self.clean_up_at.actions.min(most);
    }
}
