//! Resumes a saved conversation: flows that have changed meanwhile end and begin anew.

use super::Machine;
use super::NEVER;
use super::flows::Endings;
use super::run::Run;
use crate::program::Name;
use crate::state::{Changes, FlowKey, OnChange, ResumeError, Scores, Snapshot, State};

impl Machine {
    /// Resumes a saved conversation. Activated flows that have changed begin anew if they only wait at their first match.
    ///
    /// # Errors
    ///
    /// If it was saved in another form, or if a flow that has gone further is missing or has been changed.
    pub fn resume(&self, snapshot: Snapshot) -> Result<State, ResumeError> {
        let resumed = self.resume_with(snapshot, OnChange::Refuse);
        resumed.map(|(state, _)| state)
    }

    /// Like [`resume`](Self::resume), with another policy for flows that have changed. Also returns the names of the flows
    /// that have ended for that reason, and begin anew with the next event if they are activated.
    ///
    /// # Errors
    ///
    /// See [`resume`](Self::resume).
    pub fn resume_with(
        &self,
        snapshot: Snapshot,
        on_change: OnChange,
    ) -> Result<(State, Vec<Name>), ResumeError> {
        let (mut state, changes) = State::resume(snapshot, self.program.clone(), on_change)?;
        let restarted = self.restart_changed(&mut state, &changes);
        Ok((state, restarted))
    }

    fn restart_changed(&self, state: &mut State, changes: &Changes) -> Vec<Name> {
        let mut restarted = Vec::new();
        let run = &mut Run::new(self, state, NEVER);
        for key in &changes.missing {
            run.state.at_mut(*key).activated = 0;
        }
        for key in changes.restart.union(&changes.missing) {
            restarted.extend(end(run, *key));
        }
        // They are started with the next event, before anything else.
        let starts = std::mem::take(&mut run.state.queue);
        run.state.postponed.extend(starts);
        restarted
    }
}

/// Ends an instance, unless it has ended together with another one.
fn end(run: &mut Run<'_>, key: FlowKey) -> Option<Name> {
    let flow = run.state.flow(key);
    let flow = flow.filter(|flow| flow.status().is_active())?;
    let name = Name::from(flow.flow_id());
    Endings::of(run).abort(key, &Scores::default());
    Some(name)
}
