//! The variables of a flow. They have their own key, since several flows can share them.

use serde::{Deserialize, Serialize};

use super::ids::ContextKey;
use super::{FlowKey, State};
use crate::map::IndexSet;
use crate::program::Name;
use crate::value::{ContextId, Fields, Value};

/// Variables by name, in the order in which they were first set.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Context {
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub(crate) variables: Fields,
    /// Which of them are globals.
    #[serde(default, skip_serializing_if = "IndexSet::is_empty")]
    pub(crate) globals: IndexSet<Name>,
    /// Whether other flows may change them.
    #[serde(default, skip_serializing_if = "super::flow_state::is_default")]
    pub(crate) shared: bool,
}

impl Context {
    pub(crate) fn is_global(&self, name: &str) -> bool {
        self.globals.contains(name)
    }
}

impl From<ContextKey> for ContextId {
    fn from(key: ContextKey) -> Self {
        Self(key.into())
    }
}

impl From<ContextId> for ContextKey {
    fn from(id: ContextId) -> Self {
        id.0.into()
    }
}

impl State {
    /// The value of `$name` in a flow: the global one if it is declared as such, otherwise the flow's own.
    pub(crate) fn variable(&self, flow: FlowKey, name: &str) -> Option<&Value> {
        let context = self.context(self.flow(flow)?.context)?;
        if context.is_global(name) {
            return self.globals.get(name);
        }
        context.variables.get(name)
    }

    /// Executes `$name = value` in a flow.
    pub(crate) fn set_variable(&mut self, flow: FlowKey, name: Name, value: Value) {
        let Some(key) = self.flow(flow).map(|flow| flow.context) else {
            return;
        };
        let Some(context) = self.context_mut(key) else {
            return;
        };
        if context.is_global(&name) {
            self.set_global(name, value);
        } else {
            context.variables.insert(name, value);
        }
    }

    /// Drops variables that only the statements of an ended flow could have read.
    pub(crate) fn drop_engine_made(&mut self, flow: FlowKey) {
        let Some(key) = self.flow(flow).map(|flow| flow.context) else {
            return;
        };
        if let Some(context) = self.context_mut(key).filter(|context| !context.shared) {
            context
                .variables
                .retain(|name, _| !name.contains(crate::program::ENGINE_MADE));
        }
    }

    /// Sets a variable of the flow itself, regardless of declarations.
    pub(crate) fn set_local(&mut self, flow: FlowKey, name: Name, value: Value) {
        let Some(key) = self.flow(flow).map(|flow| flow.context) else {
            return;
        };
        if let Some(context) = self.context_mut(key) {
            context.variables.insert(name, value);
        }
    }
}
