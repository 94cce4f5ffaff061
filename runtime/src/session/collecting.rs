//! Collects the results of actions so far, without waiting: actions of the session itself are performed, others are
//! polled, and their context updates are applied.

use std::sync::Arc;

use colang::source::SourceMap;
use colang::state::State;
use colang::value::Value;

use super::calls::Calls;
use super::held::Held;
use crate::analysis;
use crate::intrinsic::{Added, Intrinsic};
use crate::problem::Problem;
use crate::shared::Shared;

/// What messages call the source of flows that were added.
const ADDED: &str = "added flows";

/// Collects what actions have done.
pub(super) struct Collector<'a> {
    pub(super) shared: &'a Shared,
    pub(super) calls: &'a mut Calls,
    /// Changed by actions of the session itself, and by context updates.
    pub(super) state: &'a mut Arc<State>,
    /// Gets the decisions of the output rails.
    pub(super) held: &'a mut Held,
    /// Gets the mistakes in added flows.
    pub(super) complaints: &'a mut Vec<String>,
}

impl Collector<'_> {
    pub(super) fn collect(&mut self) {
        self.perform();
        self.calls.advance();
        for (name, value) in self.calls.take_context_updates() {
            self.set(name, &value);
        }
    }

    /// Performs the actions of the session itself.
    fn perform(&mut self) {
        while let Some((call, intrinsic)) = self.calls.for_engine() {
            let arguments = call.start().arguments();
            if intrinsic == Intrinsic::ReleaseUtterance {
                call.end(self.held.judge(&arguments));
                continue;
            }
            let state = Arc::make_mut(self.state);
            let performed = intrinsic.perform(&arguments, &self.shared.machine, state);
            call.end(performed.outcome);
            if let Some(added) = performed.added {
                self.complain(&added);
            }
        }
    }

    /// Checks added flows like those of a configuration.
    fn complain(&mut self, added: &Added) {
        let providers = self.shared.providers();
        let found = analysis::problems_of_added(&added.module, &added.flows, &providers);
        if found.is_empty() {
            return;
        }
        let mut sources = SourceMap::new();
        let id = sources.add(ADDED, &*added.module.source);
        debug_assert_eq!(id, added.module.source_id, "the only source is the first");
        let told = found.iter();
        let told = told.map(|found| Problem::of_source(found, &sources).to_string());
        self.complaints.extend(told);
    }

    fn set(&mut self, name: String, value: &serde_json::Value) {
        if self.shared.border.is_own_variable(&name) {
            tracing::warn!(
                name,
                "a context update is left out: the variable belongs to the library's flows"
            );
            return;
        }
        match Value::from_json(value) {
            Ok(value) => Arc::make_mut(self.state).set_global(name, value),
            Err(error) => tracing::warn!(name, %error, "a context update is left out"),
        }
    }
}
