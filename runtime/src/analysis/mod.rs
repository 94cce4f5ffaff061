//! What is found out about flows before anything runs: whether what they ask for by name is there.
//!
//! It goes in two steps, since flows are loaded before it is known who runs them. [`Demands`] are collected when a
//! configuration is loaded. [`Demands::check`] holds them against a [`Host`] when a runtime is built, and
//! [`doubts`] looks at what no host can change. Everything is told as a [`Diagnostic`].

mod actions;
mod arguments;
mod members;
mod models;
mod spot;

use action_sdk::{LlmTaskManager, RailsConfig};
use colang::diagnostic::Diagnostic;
use colang::program::Name;
use colang::source::SourceMap;
use colang::syntax::Module;

use actions::ActionUse;
use members::{FlowMembers, MemberUse};
use models::Asking;

pub(crate) use actions::{Callers, Providers};

/// What flows ask of whoever runs them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demands {
    uses: Uses,
    asking: Asking,
}

/// The actions that flows start, and the members of events and actions that they ask for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    actions: Vec<ActionUse>,
    members: Vec<MemberUse>,
}

/// What flows are held against.
#[derive(Clone, Copy)]
pub(crate) struct Host<'a> {
    pub(crate) providers: Providers<'a>,
    pub(crate) config: &'a RailsConfig,
    /// What renders prompts, if it could be built.
    pub(crate) tasks: Option<&'a LlmTaskManager>,
    /// Whether a question to a model that there is not is a mistake.
    pub(crate) needs_models: bool,
}

impl Demands {
    /// What the flows of these modules ask for.
    pub(crate) fn of(modules: &[Module], sources: &SourceMap) -> Self {
        Self {
            uses: Uses::of(modules),
            asking: models::of(modules, sources),
        }
    }

    /// What this host does not have, and what it probably has in another form.
    pub(crate) fn check(&self, host: &Host<'_>) -> Vec<Diagnostic> {
        let dispatcher = host.providers.dispatcher;
        let mut found = self.uses.check(&host.providers);
        if host.needs_models {
            found.extend(self.asking.problems(dispatcher, host.config));
        }
        if let Some(tasks) = host.tasks {
            let missing = self.asking.missing_prompts(dispatcher, tasks, host.config);
            found.extend(missing);
        }
        found
    }
}

impl Uses {
    fn of<'a>(modules: impl IntoIterator<Item = &'a Module>) -> Self {
        let mut uses = Self::default();
        for module in modules {
            for flow in &module.flows {
                uses.actions.extend(actions::uses(flow, module.source_id));
                uses.members.extend(members::uses(flow, module.source_id));
            }
        }
        uses
    }

    fn check(&self, providers: &Providers<'_>) -> Vec<Diagnostic> {
        let mut found = providers.check(&self.actions);
        let members = self.members.iter();
        found.extend(members.filter_map(|member| member.problem(providers.dispatcher)));
        found
    }
}

/// What is wrong with flows that were added to a conversation.
pub(crate) fn problems_of_added(
    module: &Module,
    added: &[Name],
    providers: &Providers<'_>,
) -> Vec<Diagnostic> {
    let is_added = |flow: &str| added.iter().any(|known| **known == *flow);
    let mut uses = Uses::of([module]);
    uses.actions.retain(|found| is_added(found.flow()));
    uses.members.retain(|found| is_added(found.flow()));
    let mut found = uses.check(providers);
    found.retain(Diagnostic::is_error);
    found
}

/// What is doubtful in these modules whoever performs the actions, but for those that are not to be looked at.
pub(crate) fn doubts(
    modules: &[Module],
    sources: &SourceMap,
    skip: fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let is_own = |module: &&Module| !skip(sources.name(module.source_id).unwrap_or_default());
    let members = Uses::of(modules.iter().filter(is_own)).members;
    let flows = FlowMembers::new(modules.iter().flat_map(|module| &module.flows));
    let doubts = members.iter().filter_map(|found| found.doubt(&flows));
    doubts.collect()
}
