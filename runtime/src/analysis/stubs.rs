//! Actions of another program, of which only names and parameters are known.

use action_sdk::ActionDescriptor;

/// The actions of another program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stubs(Vec<ActionDescriptor>);

impl Stubs {
    /// No actions.
    pub(crate) const NONE: &Self = &Self(Vec::new());

    pub(crate) fn extend(&mut self, actions: impl IntoIterator<Item = ActionDescriptor>) {
        self.0.extend(actions);
    }

    /// The action of that name.
    pub(super) fn action(&self, name: &str) -> Option<&ActionDescriptor> {
        let mut actions = self.0.iter();
        actions.find(|action| action.name() == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(ActionDescriptor::name)
    }
}
