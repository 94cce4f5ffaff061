//! What flows are held against before anything runs, and the report of it: the same for a runtime's start and for
//! programs that only look.

use std::sync::Arc;

use action_sdk::{ActionDispatcher, BuildErrors, LlmTaskError, LlmTaskManager, RailsConfig};

use crate::analysis::{Callers, Host, Providers, Stubs};
use crate::config::Read;
use crate::intrinsic::Intrinsic;
use crate::report::Report;
use crate::tasks::LlmTasks;

/// What performs actions and renders prompts.
pub(crate) struct Parts {
    pub(crate) dispatcher: ActionDispatcher,
    pub(crate) intrinsics: Vec<Intrinsic>,
    /// What renders prompts, unless the dispatcher has something of its own.
    pub(crate) tasks: Result<Option<LlmTaskManager>, LlmTaskError>,
}

impl Parts {
    /// # Errors
    ///
    /// If there is no dispatcher, and the linked actions do not fit together.
    pub(crate) fn new(
        rails: &Arc<RailsConfig>,
        dispatcher: Option<&ActionDispatcher>,
        intrinsics: Vec<Intrinsic>,
    ) -> Result<Self, BuildErrors> {
        let dispatcher = match dispatcher {
            Some(dispatcher) => dispatcher.clone(),
            None => ActionDispatcher::builder()
                .config(Arc::clone(rails))
                .build()?,
        };
        let tasks = match dispatcher.llm_task_manager() {
            Some(_) => Ok(None),
            None => LlmTasks::new(Arc::clone(rails)).build().map(Some),
        };
        Ok(Self {
            intrinsics,
            dispatcher,
            tasks,
        })
    }

    /// Everything that is wrong or doubtful about a configuration with these parts, except what is wrong with the
    /// configuration in itself.
    pub(crate) fn report(
        &self,
        read: &Read,
        callers: &Callers,
        stubs: &Stubs,
        needs_models: bool,
    ) -> Report {
        let tasks = self.tasks.as_ref().ok().and_then(Option::as_ref);
        let host = Host {
            providers: Providers {
                dispatcher: &self.dispatcher,
                intrinsics: &self.intrinsics,
                callers,
                stubs,
            },
            config: &read.rails,
            tasks: tasks.or(self.dispatcher.llm_task_manager()),
            needs_models,
        };
        let found = read.demands.check(&host);
        let report = Report::of_sources(&found, Arc::clone(&read.sources));
        let report = report.and(read.demands.mistakes(&host));
        let is_in_effect = |path| self.dispatcher.has_in_effect(path);
        let by_host = read.by_host.iter();
        let by_host = by_host.filter(|problem| !problem.path().is_some_and(is_in_effect));
        let report = report.and(read.warnings.iter().chain(by_host).cloned());
        let report = report.map(|problem| read.lists.place(problem));
        report.without(|problem| read.comments.allow(problem))
    }
}
