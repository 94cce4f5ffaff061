//! What generated code names, and nobody else: no promise holds for anything here but that of the same version's
//! macros.
//!
//! What stands at an author's token has a name that no author's token has: where both are the same, clippy takes our
//! path for the author's.

pub use crate::__action_schema as schema;
pub use crate::action::ParamKind;
pub use crate::name::checked_name;
pub use crate::param::ActionParam;
pub use crate::param::special::{
    CancelParam, ConfigParam, ContextParam, DispatcherParam, DomainParam, EventsParam, LlmParam,
    LlmTaskManagerParam, StateParam, TrackerParam,
};
pub use crate::resources::ResourceKey;
#[cfg(feature = "schema")]
pub use crate::schema::RawSchema;
#[cfg(feature = "schema")]
pub use crate::schema::probe::{
    DefaultProbe, DefaultUnwritten, ParamProbe, ParamTaken, ResultProbe, ResultUndescribed,
    ResultValue, WholeResult,
};
pub use inventory;

use crate::call::Call;
use crate::error::ActionError;
use crate::param;
use crate::result::{ActionFailure, ActionOutput, ActionResult};
use futures_core::future::BoxFuture;
use pin_project_lite::pin_project;
use serde::Deserialize;
use std::any::Any;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Stands for the state of a conversation, so that whoever takes it hears which feature is missing.
#[cfg(not(feature = "state"))]
pub enum State {}

/// What is known of a schema: nothing, without the feature.
#[cfg(not(feature = "schema"))]
#[derive(Clone, Copy)]
pub struct RawSchema;

#[cfg(not(feature = "schema"))]
impl RawSchema {
    pub const NONE: Self = Self;
}

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

/// What `#[action]` submits: everything about an action as constants.
#[derive(Clone, Copy)]
pub struct RawAction {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub aliases: &'static [&'static str],
    pub path: &'static str,
    pub krate: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub timeout_millis: u64,
    pub concurrency: u32,
    pub execute_async: bool,
    pub is_system_action: bool,
    pub replaceable: bool,
    pub read_only: Option<bool>,
    pub idempotent: Option<bool>,
    pub destructive: Option<bool>,
    pub open_world: Option<bool>,
    pub params: &'static [RawParam],
    pub output: RawSchema,
    pub call: RawCall,
}

inventory::collect!(RawAction);

/// The code of an action.
#[derive(Clone, Copy)]
pub enum RawCall {
    /// An `async fn`.
    Async(for<'a> fn(&'a Call) -> BoxFuture<'a, Outcome>),
    /// A plain `fn` for the blocking pool.
    Blocking(fn(&Call) -> Outcome),
}

/// One parameter as constants.
#[derive(Clone, Copy)]
pub struct RawParam {
    pub name: &'static str,
    pub ty: &'static str,
    pub doc: &'static str,
    pub optional: bool,
    pub kind: ParamKind,
    pub schema: RawSchema,
}

impl RawAction {
    /// An action without anything that may be left out.
    pub const fn new(
        name: &'static str,
        path: &'static str,
        krate: &'static str,
        file: &'static str,
        line: u32,
        call: RawCall,
    ) -> Self {
        Self {
            name,
            title: "",
            description: "",
            aliases: &[],
            path,
            krate,
            file,
            line,
            timeout_millis: 0,
            concurrency: 0,
            execute_async: false,
            is_system_action: false,
            replaceable: false,
            read_only: None,
            idempotent: None,
            destructive: None,
            open_world: None,
            params: &[],
            output: RawSchema::NONE,
            call,
        }
    }
}

/// `&self` of a method under `#[actions]`.
pub const fn receiver_param<T: Any + Send + Sync>() -> RawParam {
    let kind = ParamKind::Resource(ResourceKey::of::<T>());
    RawParam {
        name: "self",
        ty: "Self",
        doc: "",
        optional: false,
        kind,
        schema: RawSchema::NONE,
    }
}

/// The receiver of a method under `#[actions]`.
pub fn receiver<T: Any + Send + Sync>(call: &Call) -> Result<&T, ActionError> {
    call.borrow_resource()
        .ok_or_else(param::missing_receiver::<T>)
}

/// An ordinary parameter.
pub fn argument<'a, T: ActionParam<'a>>(
    call: &'a Call,
    name: &'static str,
) -> Result<T, ActionError> {
    T::extract(call, name)
}

/// An ordinary parameter with something to stand in for it when it is missing or `null`.
pub fn argument_or<'a, T: ActionParam<'a>>(
    call: &'a Call,
    name: &'static str,
    default: impl FnOnce() -> T,
) -> Result<T, ActionError> {
    match call.value(name) {
        None | Some(serde_json::Value::Null) => Ok(default()),
        Some(_) => T::extract(call, name),
    }
}

/// A context variable.
pub fn context_variable<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &'static str,
) -> Result<T, ActionError> {
    param::context_variable(call, name)
}

/// A context variable with something to stand in for it when it is not set or `null`.
pub fn context_variable_or<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &'static str,
    default: impl FnOnce() -> T,
) -> Result<T, ActionError> {
    match call.context().value(name) {
        None | Some(serde_json::Value::Null) => Ok(default()),
        Some(_) => param::context_variable(call, name),
    }
}

/// The arguments that no other parameter takes.
pub fn rest<'a, T: Deserialize<'a>>(call: &'a Call, name: &str) -> Result<T, ActionError> {
    param::rest(call, name)
}

/// Boxes a call whose parameters are there.
pub fn run_action<'a, F, T, C>(future: F, convert: C) -> BoxFuture<'a, Outcome>
where
    F: Future<Output = T> + Send + 'a,
    C: Fn(T) -> Outcome + Send + 'a,
{
    Box::pin(Run { future, convert })
}

pin_project! {
    /// What an `async` block would be, at a fourth of the code that the compiler has to make for every action.
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

/// Boxes a call that ended before it began.
#[cold]
#[inline(never)]
pub fn fail<'a>(error: ActionError) -> BoxFuture<'a, Outcome> {
    Box::pin(std::future::ready(Err(error)))
}

/// What an action returned. A `Result` finds the method of its own below; everything else that of [`ActionReturnedPlain`].
pub struct ActionReturned<T>(pub T);

impl<T, E> ActionReturned<Result<T, E>> {
    /// The value and the error apart.
    pub fn parted(self) -> Result<T, E> {
        self.0
    }
}

/// The same for what is no `Result`.
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

/// The first step of a conversion: the error, if there is one. A function of its own so that a wrong error type is
/// reported where it stands.
pub fn checked_error<T, E: ActionFailure>(returned: Result<T, E>) -> Outcome<T> {
    returned.map_err(E::into_error)
}

/// The second step: the value.
pub fn checked_value<T: ActionOutput>(returned: Outcome<T>) -> Outcome {
    returned.and_then(T::into_outcome)
}
