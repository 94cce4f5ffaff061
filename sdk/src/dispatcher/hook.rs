//! Hooks around every call: audit, metrics, permissions.

use super::{ActionError, ActionResult, Call, Needs};
use crate::contain::caught;
use crate::error::ActionErrorKind;
use crate::special::{Reader, undeclared};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Sees every call before and after it runs.
///
/// Hooks are called in the order in which they were added before the call, and in reverse order after it. For every
/// `before` that accepts a call there is exactly one `after`, even if the call is dropped halfway. Both should be
/// fast: they run within the call.
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk::{Call, CallHook};
///
/// struct Caller { may_write: bool }
/// struct Rights;
///
/// impl CallHook for Rights {
///     fn before(&self, call: &Call) -> Result<(), ActionError> {
///         let may_write = call.scope().extension::<Caller>().is_some_and(|caller| caller.may_write);
///         match may_write || call.action().hints().read_only == Some(true) {
///             true => Ok(()),
///             false => Err(ActionError::refused("this caller may only read")),
///         }
///     }
/// }
///
/// let dispatcher = ActionDispatcher::builder().hook(Rights).build()?;
/// # Ok::<(), action_sdk::BuildErrors>(())
/// ```
pub trait CallHook: Send + Sync + 'static {
    /// What it reads of calls: hosts only provide what is declared. Called once, when the dispatcher is built. If a
    /// hook reads anything else, the call fails with
    /// [`ActionErrorKind::Undeclared`](crate::ActionErrorKind::Undeclared).
    fn needs(&self) -> Needs {
        Needs::NONE
    }

    /// Accepts or refuses a call. The arguments have not been checked yet.
    ///
    /// # Errors
    ///
    /// An error prevents the action from running and becomes the outcome of the call. So does a panic.
    fn before(&self, call: &Call) -> Result<(), ActionError> {
        let _ = call;
        Ok(())
    }

    /// Gets the outcome of a call and its duration, including the wait for a permit.
    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, elapsed: Duration) {
        let _ = (call, outcome, elapsed);
    }
}

impl<T: CallHook + ?Sized> CallHook for Arc<T> {
    fn needs(&self) -> Needs {
        (**self).needs()
    }

    fn before(&self, call: &Call) -> Result<(), ActionError> {
        (**self).before(call)
    }

    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, elapsed: Duration) {
        (**self).after(call, outcome, elapsed);
    }
}

/// A hook with a closure for `after`.
pub(crate) struct After<F>(pub(crate) F);

impl<F> CallHook for After<F>
where
    F: Fn(&Call, Result<&ActionResult, &ActionError>, Duration) + Send + Sync + 'static,
{
    fn needs(&self) -> Needs {
        Needs::OF_HOOK_CLOSURES
    }

    fn after(&self, call: &Call, outcome: Result<&ActionResult, &ActionError>, elapsed: Duration) {
        self.0(call, outcome, elapsed);
    }
}

/// A hook with a closure for `before`.
pub(crate) struct Before<F>(pub(crate) F);

impl<F> CallHook for Before<F>
where
    F: Fn(&Call) -> Result<(), ActionError> + Send + Sync + 'static,
{
    fn needs(&self) -> Needs {
        Needs::OF_HOOK_CLOSURES
    }

    fn before(&self, call: &Call) -> Result<(), ActionError> {
        self.0(call)
    }
}

/// The hooks that have accepted a call and must get its outcome. If dropped early, it reports a cancelled call.
pub(crate) struct Watch<'a> {
    call: &'a Call,
    passed: &'a [Arc<dyn CallHook>],
    since: Instant,
}

impl<'a> Watch<'a> {
    /// Calls the hooks. The watch contains those that accepted, the result is that of the first that refused.
    pub(crate) fn begin(
        hooks: &'a [Arc<dyn CallHook>],
        call: &'a Call,
    ) -> (Self, Result<(), ActionError>) {
        let since = Instant::now();
        let mut passed = 0;
        let mut answer = Ok(());
        for hook in hooks {
            answer = ask(hook.as_ref(), call);
            if answer.is_err() {
                break;
            }
            passed += 1;
        }
        let watch = Self {
            call,
            passed: &hooks[..passed],
            since,
        };
        (watch, answer)
    }

    /// Reports the outcome to the hooks.
    ///
    /// # Errors
    ///
    /// If one of them reads what it did not declare, and so may have seen incomplete data.
    pub(crate) fn end(
        mut self,
        outcome: Result<&ActionResult, &ActionError>,
    ) -> Result<(), ActionError> {
        self.tell(outcome)
    }

    fn tell(&mut self, outcome: Result<&ActionResult, &ActionError>) -> Result<(), ActionError> {
        let elapsed = self.since.elapsed();
        for hook in std::mem::take(&mut self.passed).iter().rev() {
            if let Err(error) = caught(|| hook.after(self.call, outcome, elapsed)) {
                let action = self.call.action().name();
                tracing::error!(action, reason = %error, "a hook panicked after the call");
            }
        }
        declared(self.call)
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.passed.is_empty() {
            let error = ActionError::new(
                ActionErrorKind::Cancelled,
                "the call was dropped before it was done",
            );
            let action = self.call.action().name();
            if let Err(error) = self.tell(Err(&error.with_action(action))) {
                tracing::error!(action, reason = %error, "a hook cannot see all that it reads");
            }
        }
    }
}

fn ask(hook: &dyn CallHook, call: &Call) -> Result<(), ActionError> {
    let answer = caught(|| hook.before(call)).unwrap_or_else(|error| {
        let message = format!(
            "a hook panicked before the call, so it was not let through ({})",
            error.message()
        );
        Err(ActionError::refused(message))
    });
    declared(call).and(answer)
}

/// Checks that a hook has only read what it declared.
fn declared(call: &Call) -> Result<(), ActionError> {
    match call.take_undeclared() {
        Some(special) => Err(undeclared(special, Reader::Hook)),
        None => Ok(()),
    }
}
