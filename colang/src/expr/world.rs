//! The state of an evaluation: its environment, and the remaining budget.

use super::scope::{Limits, Scope};
use crate::value::{Value, ValueError};

/// What the evaluator and the functions of the language share.
pub(super) struct World<'a> {
    pub(super) scope: &'a mut dyn Scope,
    pub(super) steps: Steps<'a>,
}

impl<'a> World<'a> {
    pub(super) fn new(scope: &'a mut dyn Scope, limits: &'a Limits) -> Self {
        let steps = Steps {
            left: limits.steps,
            limits,
        };
        Self { scope, steps }
    }

    /// Replaces a reference to live variables with a dict of their current values. Other values stay as they are.
    #[inline]
    pub(super) fn plain(&mut self, value: Value) -> Value {
        match value {
            Value::Context(id) => {
                let variables = self.scope.context(id).unwrap_or_default();
                self.steps.left = self.steps.left.saturating_sub(variables.len());
                variables.into()
            }
            other => other,
        }
    }
}

/// The steps that an evaluation has left.
pub(super) struct Steps<'a> {
    left: usize,
    limits: &'a Limits,
}

impl Steps<'_> {
    /// Takes steps off what is left.
    #[inline]
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), ValueError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(given_up(self.limits)),
        }
    }

    /// How many steps were taken so far.
    pub(super) const fn spent(&self) -> usize {
        self.limits.steps - self.left
    }

    /// The largest size that a value may have.
    #[inline]
    pub(super) const fn size(&self) -> usize {
        self.limits.size
    }
}

#[cold]
fn given_up(limits: &Limits) -> ValueError {
    let steps = limits.steps;
    ValueError::new(format!("the expression was given up after {steps} steps"))
}
