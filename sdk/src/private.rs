//! For generated code only: everything here may change, except together with the macros of the same version.
//!
//! Items that get the span of an author's token have names that authors do not use: otherwise clippy would take our
//! path for the author's.

pub use crate::__action_schema as schema;
pub use crate::action::{ParamKind, RawCall};
pub use crate::name::checked_name;
pub use crate::param::ActionParam;
pub use crate::param::special::{
    CancelParam, ConfigParam, ContextParam, DispatcherParam, DomainParam, EventsParam, LlmParam,
    LlmTaskManagerParam, StateParam, TrackerParam,
};
pub use crate::raw::{RawAction, RawParam, RawSchema, RawSource};
pub use crate::resources::ResourceKey;
#[cfg(feature = "schema")]
pub use crate::schema::probe::{
    DefaultProbe, DefaultUnwritten, ParamProbe, ParamTaken, ResultProbe, ResultUndescribed,
    ResultValue, WholeResult,
};
pub use crate::special::Special;
pub use inventory;

use crate::action::Call;
use crate::error::ActionError;
use crate::param;
use crate::resources;
use crate::result::{ActionFailure, ActionOutput, ActionResult};
use futures_core::future::BoxFuture;
use pin_project_lite::pin_project;
use serde::Deserialize;
use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A placeholder for the state of a conversation, whose error message names the missing feature.
#[cfg(not(feature = "state"))]
pub enum State {}

/// Code that asks for a schema, which is there with the feature `schema` only.
#[cfg(feature = "schema")]
#[doc(hidden)]
#[macro_export]
macro_rules! __action_schema {
    ($($code:tt)*) => { $($code)* };
}

/// Without the feature such code is passed over, and costs nothing.
#[cfg(not(feature = "schema"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __action_schema {
    ($($code:tt)*) => {
        $crate::__private::RawSchema
    };
}

/// The outcome of a call.
pub type Outcome<T = ActionResult> = Result<T, ActionError>;

/// `&self` of a method under `#[actions]`.
pub const fn receiver_param<T: Any + Send + Sync>() -> RawParam {
    RawParam {
        name: "self",
        ty: "Self",
        doc: "",
        optional: false,
        source: RawSource::of(ParamKind::Resource(ResourceKey::of::<T>())),
        schema: RawSchema::NONE,
    }
}

/// The receiver of a method under `#[actions]`.
pub fn receiver<T: Any + Send + Sync>(call: &Call) -> Result<&T, ActionError> {
    let receiver = call.borrow_resource();
    receiver.ok_or_else(|| resources::missing::<T>().with_parameter("self"))
}

/// An ordinary parameter.
pub fn argument<'a, T: ActionParam<'a>>(
    call: &'a Call,
    name: &'static str,
) -> Result<T, ActionError> {
    match T::KIND {
        ParamKind::Custom => param::custom(call, name),
        ParamKind::Argument
        | ParamKind::Context
        | ParamKind::Special { .. }
        | ParamKind::Resource(_)
        | ParamKind::Rest => T::extract(call, name),
    }
}

/// An ordinary parameter with a default for a missing value or `null`.
pub fn argument_or<'a, T: ActionParam<'a>>(
    call: &'a Call,
    name: &'static str,
    default: impl FnOnce() -> T,
) -> Result<T, ActionError> {
    match call.value(name) {
        None | Some(serde_json::Value::Null) => Ok(default()),
        Some(_) => argument(call, name),
    }
}

/// A context variable.
pub fn context_variable<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &'static str,
) -> Result<T, ActionError> {
    call.context_variable(name)
}

/// A context variable with a default if it is not set or `null`.
pub fn context_variable_or<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &'static str,
    default: impl FnOnce() -> T,
) -> Result<T, ActionError> {
    match call.context().value(name) {
        None | Some(serde_json::Value::Null) => Ok(default()),
        Some(_) => call.context_variable(name),
    }
}

/// All remaining arguments.
pub fn rest<'a, T: Deserialize<'a>>(call: &'a Call, name: &str) -> Result<T, ActionError> {
    call.rest(name)
}

/// Boxes a call whose parameters have been extracted.
pub fn run_action<'a, F, T, C>(future: F, convert: C) -> BoxFuture<'a, Outcome>
where
    F: Future<Output = T> + Send + 'a,
    C: Fn(T) -> Outcome + Send + 'a,
{
    Box::pin(Run { future, convert })
}

pin_project! {
    /// The equivalent of an `async` block, with a quarter of the code to compile for every action.
    struct Run<F, C> {
        #[pin]
        future: F,
        convert: C,
    }
}

impl<F, T, C> Future for Run<F, C>
where
    F: Future<Output = T>,
    C: Fn(T) -> Outcome,
{
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(returned) => Poll::Ready((this.convert)(returned)),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Boxes a call that ended before it was started.
#[cold]
#[inline(never)]
pub fn fail<'a>(error: ActionError) -> BoxFuture<'a, Outcome> {
    Box::pin(std::future::ready(Err(error)))
}

/// The return value of an action. A `Result` uses its inherent method below, everything else [`ActionReturnedPlain`].
pub struct ActionReturned<T>(pub T);

impl<T, E> ActionReturned<Result<T, E>> {
    /// The value or the error.
    pub fn parted(self) -> Result<T, E> {
        self.0
    }
}

/// The same for types other than `Result`.
pub trait ActionReturnedPlain {
    /// What was returned.
    type Value;

    /// The value, and no error.
    fn parted(self) -> Result<Self::Value, Infallible>;
}

impl<T> ActionReturnedPlain for ActionReturned<T> {
    type Value = T;

    fn parted(self) -> Result<T, Infallible> {
        Ok(self.0)
    }
}

/// The first step of a conversion: the error, if there is one. A separate function, so that a wrong error type is
/// reported at its position.
pub fn checked_error<T, E: ActionFailure>(returned: Result<T, E>) -> Outcome<T> {
    returned.map_err(E::into_error)
}

/// The second step: the value.
pub fn checked_value<T: ActionOutput>(returned: Outcome<T>) -> Outcome {
    returned.and_then(T::into_outcome)
}
