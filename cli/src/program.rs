//! A program with these commands, and what its author hands in.

use action_sdk::{ActionDispatcher, ActionDispatcherBuilder};

/// A program with the commands of this crate.
///
/// ```no_run
/// use action_sdk_cli::Program;
///
/// struct Db;
///
/// fn main() -> std::process::ExitCode {
///     Program::new().actions(|dispatcher| dispatcher.resource(Db)).run()
/// }
/// ```
#[must_use = "nothing happens before `.run()`"]
#[derive(Default)]
pub struct Program {
    actions: Option<Box<Actions>>,
}

type Actions = dyn Fn(ActionDispatcherBuilder) -> ActionDispatcherBuilder;

impl Program {
    /// A program with all linked actions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to the actions: resources, hooks, limits, actions made by hand. It is called for each dispatcher that is built,
    /// which may be several: share what they have in common.
    pub fn actions(
        mut self,
        actions: impl Fn(ActionDispatcherBuilder) -> ActionDispatcherBuilder + 'static,
    ) -> Self {
        self.actions = Some(Box::new(actions));
        self
    }

    /// The actions of the program, still to be built.
    pub(crate) fn dispatcher(&self) -> ActionDispatcherBuilder {
        let builder = ActionDispatcher::builder();
        match &self.actions {
            Some(actions) => actions(builder),
            None => builder,
        }
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").finish_non_exhaustive()
    }
}
