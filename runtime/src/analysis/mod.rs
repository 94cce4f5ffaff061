//! What is found out about flows before anything runs: whether what they ask for by name is there.
//!
//! It goes in two steps, since flows are loaded before it is known who runs them. [`Demands`] are collected when a
//! configuration is loaded. [`Demands::check`] holds them against a [`Host`] when a runtime is built, and
//! [`doubts`] looks at what no host can change. Everything is told as a [`Diagnostic`].

mod actions;
mod arguments;
mod comments;
pub(crate) mod endless;
mod main_flow;
mod members;
mod models;
mod open;
mod reads;
mod sight;
mod spot;
mod stubs;
mod unsent;
mod unused;
mod variables;

use action_sdk::{LlmTaskManager, RailsConfig};
use colang::diagnostic::Diagnostic;
use colang::program::Name;
use colang::source::SourceMap;
use colang::syntax::Module;

use crate::problem::Problem;

use actions::ActionUse;
use members::{FlowMembers, MemberUse};
use models::Asking;

pub(crate) use actions::{Callers, Providers};
pub(crate) use comments::Comments;
pub(crate) use members::{of_event as members_of_event, of_variables as members_of_variables};
pub(crate) use sight::Sight;
pub(crate) use stubs::Stubs;

/// What flows ask of whoever runs them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Demands {
    uses: Uses,
    asking: Asking,
    /// Where a flow `main` is missing.
    no_main: Option<Problem>,
    /// What is wrong with the prompts, if the runtime renders them.
    prompts: Vec<Problem>,
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
            no_main: main_flow::missing(modules, sources),
            prompts: Vec::new(),
        }
    }

    /// With what is wrong with the prompts of the configuration.
    pub(crate) fn with_prompts(mut self, prompts: Vec<Problem>) -> Self {
        self.prompts = prompts;
        self
    }

    /// What no host can mend, and is an error only when a runtime is built.
    pub(crate) fn mistakes(&self, host: &Host<'_>) -> Vec<Problem> {
        let renders = host.providers.dispatcher.llm_task_manager().is_none();
        let prompts = self.prompts.iter().filter(|_| renders);
        self.no_main.iter().chain(prompts).cloned().collect()
    }

    /// The actions that flows start.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &str> {
        self.uses.actions.iter().map(ActionUse::action)
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
        found.extend(members.filter_map(|member| member.problem(providers)));
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

/// What is doubtful in these modules whoever performs the actions.
pub(crate) fn doubts(sight: &Sight<'_>) -> Vec<Diagnostic> {
    let members = Uses::of(sight.of_authors()).members;
    let flows = FlowMembers::new(sight.flows().map(|(_, flow)| flow));
    let doubts = members.iter().filter_map(|found| found.doubt(&flows));
    let mut found: Vec<_> = doubts.collect();
    found.extend(variables::doubts(sight));
    found.extend(unused::unreachable(sight));
    found.extend(unused::unused(sight));
    found.extend(unsent::doubts(sight));
    found.extend(open::doubts(sight));
    found
}
