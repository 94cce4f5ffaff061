//! How a parameter takes its value out of a call: arguments through serde, resources by type, and in [`special`] the
//! parameters that the host fills by name.

mod read;
pub(crate) mod special;

use crate::action::ParamKind;
use crate::call::Call;
use crate::error::{ActionError, ActionErrorKind};
use crate::resources::{Res, ResourceKey};
use crate::shown::cut;
use crate::suggest::did_you_mean;
pub(crate) use read::{Mismatch, read};
use serde::Deserialize;
use serde::de::value::Error as MissingError;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::Value;
use std::any::{Any, type_name};

/// A type that a parameter with an ordinary name may have: anything that serde can read from the call's arguments,
/// or a [`Res`]. Implement it for a type of your own to take something else out of the call.
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an action parameter",
    label = "not an argument, a special parameter or a resource",
    note = "for an argument of the call derive `serde::Deserialize` on `{Self}`",
    note = "for something the host offers take `Res<{Self}>`",
    note = "what a host offers must be `Send` and `Sync`, and comes as `Res<T>`, not as `&T` or `Arc<T>`"
)]
pub trait ActionParam<'a>: Sized {
    /// Where it comes from. [`ParamKind::Custom`] for types of your own: callers can neither name nor number such a
    /// parameter.
    const KIND: ParamKind = ParamKind::Custom;

    /// Takes the value for the parameter called `name`.
    ///
    /// # Errors
    ///
    /// If the call does not have it, or not in this form.
    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError>;
}

impl<'a, T: Deserialize<'a>> ActionParam<'a> for T {
    const KIND: ParamKind = ParamKind::Argument;

    fn extract(call: &'a Call, name: &'static str) -> Result<Self, ActionError> {
        argument(call, name)
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

/// An argument; a missing one is `None` for an `Option` and the like.
pub(crate) fn argument<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &str,
) -> Result<T, ActionError> {
    match call.arguments.value(name) {
        Some(value) => {
            read(value).map_err(|error| Place::Argument.unreadable(call, name, value, &error))
        }
        None => T::deserialize(Missing).map_err(|_| Place::Argument.missing(call, name)),
    }
}

/// A context variable; a missing one is `None` for an `Option` and the like.
pub(crate) fn context_variable<'a, T: Deserialize<'a>>(
    call: &'a Call,
    name: &str,
) -> Result<T, ActionError> {
    match call.context().value(name) {
        Some(value) => {
            read(value).map_err(|error| Place::Context.unreadable(call, name, value, &error))
        }
        None => T::deserialize(Missing).map_err(|_| Place::Context.missing(call, name)),
    }
}

/// The arguments that no other parameter takes.
pub(crate) fn rest<'a, T: Deserialize<'a>>(call: &'a Call, name: &str) -> Result<T, ActionError> {
    let taken = |name: &str| call.action().arguments().any(|param| param.name == name);
    let left = call.arguments.iter().filter(|(name, _)| !taken(name));
    read::read_members(left).map_err(|error| {
        let message = format!("the remaining arguments cannot be read as `{name}`: {error}");
        ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name)
    })
}

#[cold]
pub(crate) fn missing_resource(type_name: &str) -> ActionError {
    let message = format!("the host has no resource `{type_name}`; add it with `.resource(..)`");
    ActionError::new(ActionErrorKind::Unavailable, message)
}

#[cold]
pub(crate) fn missing_receiver<T>() -> ActionError {
    missing_resource(type_name::<T>()).with_parameter("self")
}

/// Where a value is looked for, for messages.
#[derive(Clone, Copy)]
enum Place {
    Argument,
    Context,
}

impl Place {
    #[cold]
    fn missing(self, call: &Call, name: &str) -> ActionError {
        let expected = expected(call, name);
        let message = match self {
            Self::Argument => {
                let given: Vec<&str> = call.arguments.iter().map(|(name, _)| name).collect();
                format!(
                    "argument `{name}` ({expected}) is missing{}",
                    did_you_mean(name, given)
                )
            }
            Self::Context => format!("context variable `{name}` ({expected}) is not set"),
        };
        let error =
            ActionError::new(ActionErrorKind::MissingArgument, message).with_parameter(name);
        error.with_expectation(expected, "nothing".to_owned())
    }

    #[cold]
    fn unreadable(self, call: &Call, name: &str, value: &Value, error: &Mismatch) -> ActionError {
        let expected = expected(call, name);
        let word = match self {
            Self::Argument => "argument",
            Self::Context => "context variable",
        };
        let place = error.place(name);
        let place = place.map_or_else(String::new, |place| format!(" at `{place}`"));
        let problem = error.message();
        let message = format!("{word} `{name}` ({expected}) cannot be read{place}: {problem}");
        let error =
            ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name);
        error.with_expectation(expected, described(value))
    }
}

/// The type of the parameter as its author wrote it.
fn expected(call: &Call, name: &str) -> String {
    let param = call
        .action()
        .params()
        .iter()
        .find(|param| param.name() == name);
    param
        .map_or("a value", |param| param.type_name())
        .to_owned()
}

/// A value in few words.
fn described(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {:?}", cut(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(members) => format!("an object of {}", members.len()),
    }
}

/// Stands for a value that is not there: an `Option` reads it as `None`, a unit as itself, everything else refuses.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = MissingError;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, MissingError> {
        Err(MissingError::custom("missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, MissingError> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
