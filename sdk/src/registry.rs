//! All actions of a program: those that were linked, and those added by hand.

use crate::action::ActionDescriptor;
use crate::lookup::Lookup;
use crate::raw::RawAction;
use std::collections::HashSet;
use std::fmt;

/// A set of actions, sorted by name.
///
/// [`Registry::linked`] contains every `#[action]` of every crate that is linked into the program. A crate in
/// `Cargo.toml` that is never mentioned in the code is not linked, and its actions are missing: mention it with
/// [`link!`](crate::link).
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
///
/// #[action(name = "PingAction")]
/// async fn ping() -> &'static str {
///     "pong"
/// }
///
/// let registry = Registry::linked();
/// let ping = registry.find("PingAction").expect("it is defined above");
/// assert!(ping.params().is_empty());
/// ```
#[derive(Clone, Default)]
pub struct Registry(Vec<ActionDescriptor>);

impl Registry {
    /// The actions that are linked into this program.
    #[must_use]
    pub fn linked() -> Self {
        inventory::iter::<RawAction>
            .into_iter()
            .map(ActionDescriptor::from)
            .collect()
    }

    /// A registry without actions.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds an action built by hand. Duplicate names are reported when a dispatcher is built.
    #[must_use]
    pub fn with(self, action: ActionDescriptor) -> Self {
        self.0.into_iter().chain([action]).collect()
    }

    /// The actions, sorted by name.
    pub fn iter(&self) -> std::slice::Iter<'_, ActionDescriptor> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no actions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The action with this name: by its exact name or alias, or else by the normalised form of both (every `Action`
    /// removed, snake case), so that `fetch_data` finds `FetchDataAction`.
    ///
    /// Builds an index for every call; an [`ActionDispatcher`](crate::ActionDispatcher) keeps one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&ActionDescriptor> {
        Lookup::new(self).0.find(name).map(|place| &self.0[place])
    }

    /// Keeps the actions for which the function returns `true`.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&ActionDescriptor) -> bool) {
        self.0.retain(keep);
    }

    /// Keeps only the actions that a name refers to.
    pub(crate) fn only(mut self, name: &str) -> Self {
        let found = self.find(name).map(|action| action.name().to_owned());
        self.retain(|action| Some(action.name()) == found.as_deref());
        self
    }

    pub(crate) fn into_actions(self) -> Vec<ActionDescriptor> {
        self.0
    }
}

impl FromIterator<ActionDescriptor> for Registry {
    fn from_iter<I: IntoIterator<Item = ActionDescriptor>>(actions: I) -> Self {
        let mut actions = without_replaced(actions.into_iter().collect());
        actions.sort_by(|a, b| {
            (&a.name, a.origin.path, a.origin.line).cmp(&(&b.name, b.origin.path, b.origin.line))
        });
        Self(actions)
    }
}

/// Removes replaceable actions if there is another one with the same name.
fn without_replaced(actions: Vec<ActionDescriptor>) -> Vec<ActionDescriptor> {
    let stays = |action: &ActionDescriptor| !action.is_replaceable();
    let taken = actions.iter().filter(|action| stays(action));
    let taken: HashSet<_> = taken.map(|action| action.name().to_owned()).collect();
    let replaced = |action: &ActionDescriptor| !stays(action) && taken.contains(action.name());
    actions
        .into_iter()
        .filter(|action| !replaced(action))
        .collect()
}

impl<'a> IntoIterator for &'a Registry {
    type Item = &'a ActionDescriptor;
    type IntoIter = std::slice::Iter<'a, ActionDescriptor>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(ActionDescriptor::name))
            .finish()
    }
}
