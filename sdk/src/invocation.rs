//! A call from the caller's point of view: arguments and scope. Owned, so that it can be detached.

use crate::arguments::Arguments;
use crate::depth;
use crate::error::{ActionError, ActionErrorKind};
use crate::scope::CallScope;
use serde::Serialize;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The arguments and the scope of one call.
///
/// ```
/// use action_sdk::prelude::*;
///
/// let invocation = Invocation::new().arg("value", 5).arg("tag", "warm").context("user", "Ada");
/// assert_eq!(invocation.argument("value"), Some(&5.into()));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    pub(crate) arguments: Arguments,
    pub(crate) scope: CallScope,
}

impl Invocation {
    /// No arguments, and an empty scope.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an argument; the last value given for a name wins.
    #[must_use]
    pub fn arg(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.arguments.set(name.into(), value.into());
        self
    }

    /// Sets an argument to anything that implements `Serialize`.
    ///
    /// # Errors
    ///
    /// If the value cannot be serialized as JSON, such as a map whose keys are not strings.
    pub fn serialized(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Serialize,
    ) -> Result<Self, ActionError> {
        let name = name.into();
        let value = depth::to_value(value).map_err(|error| unwritable(&name, error))?;
        self.arguments.set(name, value);
        Ok(self)
    }

    /// Sets the members of a JSON object as arguments.
    #[must_use]
    pub fn args(mut self, arguments: Map<String, Value>) -> Self {
        self.arguments.extend(arguments);
        self
    }

    /// Adds a positional argument after the existing ones: Colang's `$0`, `$1`, … They fill the ordinary parameters
    /// in order.
    #[must_use]
    pub fn positional(self, value: impl Into<Value>) -> Self {
        let place = self.arguments.free_place();
        self.arg(format!("${place}"), value)
    }

    /// Sets one variable of the context.
    #[must_use]
    pub fn context(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.scope.set_variable(name.into(), value.into());
        self
    }

    /// Sets the scope.
    #[must_use]
    pub fn scope(mut self, scope: CallScope) -> Self {
        self.scope = scope;
        self
    }

    /// The value of an argument.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.value(name)
    }

    /// All arguments, in the order in which they were given.
    pub fn arguments(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.arguments.iter()
    }

    /// The scope of the call.
    #[must_use]
    pub fn call_scope(&self) -> &CallScope {
        &self.scope
    }
}

#[cold]
fn unwritable(name: &str, error: serde_json::Error) -> ActionError {
    let message = format!("argument `{name}` cannot be written as JSON: {error}");
    ActionError::new(ActionErrorKind::InvalidArgument, message)
        .with_parameter(name)
        .with_source(error)
}
