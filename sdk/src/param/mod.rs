//! How a parameter gets its value from a call: arguments through serde, resources by type, and in [`special`] the
//! parameters that the host fills by name.

pub(crate) mod special;

use crate::action::{Call, ParamDescriptor, ParamKind};
use crate::error::ActionError;
use crate::raw::RawSource;
use crate::resources::{Res, ResourceKey};
use crate::special::{Needs, Reader, undeclared};
use serde::Deserialize;
use std::any::Any;

/// The type of an ordinary parameter: anything that serde can deserialize from the call's arguments, or a [`Res`].
/// Implement it for your own type to extract something else from the call.
///
/// ```
/// use action_sdk::prelude::*;
/// use action_sdk::ActionParam;
///
/// /// The uid of the run, as a parameter.
/// struct RunUid(String);
///
/// impl<'a> ActionParam<'a> for RunUid {
///     fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
///         Ok(Self(call.scope().action_uid().unwrap_or("none").to_owned()))
///     }
/// }
///
/// #[action(name = "WhoAmIAction")]
/// async fn who_am_i(run: RunUid) -> String {
///     run.0
/// }
/// ```
///
/// # Several parameters as one
///
/// A type may take several special parameters and arguments, so that actions which need the same ones need not repeat
/// them. It declares the special parameters as [`NEEDS`](Self::NEEDS) and the arguments as [`PARAMS`](Self::PARAMS).
///
/// ```standalone_crate
/// use action_sdk::prelude::*;
/// use action_sdk::{ActionParam, Needs, Special};
///
/// /// The latest events.
/// struct Latest<'a> {
///     events: &'a [Event],
///     limit: usize,
/// }
///
/// impl<'a> ActionParam<'a> for Latest<'a> {
///     const NEEDS: Needs = Needs::of(&[Special::Events]);
///     const PARAMS: &'static [ParamDescriptor] = &[ParamDescriptor::constant("limit", "usize").optional()];
///
///     fn extract(call: &'a Call, _name: &'static str) -> Result<Self, ActionError> {
///         let limit = call.argument::<Option<usize>>("limit")?.unwrap_or(10);
///         Ok(Self { events: call.events(), limit })
///     }
/// }
///
/// #[action]
/// async fn name_latest(latest: Latest<'_>) -> Vec<String> {
///     latest.events.iter().rev().take(latest.limit).map(|event| event.name().to_owned()).collect()
/// }
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// let tester = ActionTester::new("NameLatestAction").event(Event::new("First")).event(Event::new("Second"));
/// let names: Vec<String> = tester.arg("limit", 1).run().await?.value()?;
/// assert_eq!(names, ["Second"]);
/// # Ok::<(), ActionError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an action parameter",
    label = "not an argument, a special parameter or a resource",
    note = "for an argument of the call derive `serde::Deserialize` on `{Self}`",
    note = "for something the host offers take `Res<{Self}>`",
    note = "what a host offers must be `Send` and `Sync`, and comes as `Res<T>`, not as `&T` or `Arc<T>`"
)]
pub trait ActionParam<'a>: Sized {
    /// The source of the value. [`ParamKind::Custom`] for your own types: callers can pass such a parameter neither
    /// by name nor by position.
    const KIND: ParamKind = ParamKind::Custom;

    /// The special parameters that it reads of the call. A host only provides what is declared: if anything else is
    /// read, the call fails with [`ActionErrorKind::Undeclared`](crate::ActionErrorKind::Undeclared).
    const NEEDS: Needs = Needs::NONE;

    /// The arguments and context variables that it extracts from the call. They count as parameters of the action, in
    /// the position of this one.
    const PARAMS: &'static [ParamDescriptor] = &[];

    /// All of these, for the constant that describes the action.
    #[doc(hidden)]
    const SOURCE: RawSource = RawSource::new(Self::KIND, Self::NEEDS, Self::PARAMS);

    /// Extracts the value of the parameter called `name`.
    ///
    /// # Errors
    ///
    /// If the call does not have it, or not in this form.
    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError>;
}

impl<'a, T: Deserialize<'a>> ActionParam<'a> for T {
    const KIND: ParamKind = ParamKind::Argument;

    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError> {
        call.argument(name)
    }
}

impl<'a, T: Any + Send + Sync> ActionParam<'a> for Res<T> {
    const KIND: ParamKind = ParamKind::Resource(ResourceKey::of::<T>());

    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError> {
        match call.resource() {
            Ok(resource) => Ok(Self::from(resource)),
            Err(error) => Err(error.with_parameter(name)),
        }
    }
}

/// A parameter with a custom type. It may only read what it declares.
pub(crate) fn custom<'a, T: ActionParam<'a>>(
    call: &'a Call,
    name: &'static str,
) -> Result<T, ActionError> {
    let taken = T::extract(call, name);
    match call.take_undeclared() {
        Some(special) => Err(undeclared(special, Reader::Parameter(name))),
        None => taken,
    }
}
