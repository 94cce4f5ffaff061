//! Deserializes arguments and context variables, with the errors for missing and wrong ones.

use super::Arguments;
use crate::action::{ParamDescriptor, ordinary};
use crate::context::Context;
use crate::error::{ActionError, ActionErrorKind};
use crate::read::{Mismatch, read, read_members};
use crate::shown::cut;
use crate::suggest::did_you_mean;
use serde::Deserialize;
use serde::de::value::Error as MissingError;
use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::Value;

/// An argument; a missing one is `None` for an `Option` and similar types.
pub(crate) fn argument<'a, T: Deserialize<'a>>(
    arguments: &'a Arguments,
    params: &[ParamDescriptor],
    name: &str,
) -> Result<T, ActionError> {
    match arguments.value(name) {
        Some(value) => {
            read(value).map_err(|error| Place::Argument.unreadable(params, name, value, &error))
        }
        None => T::deserialize(Missing).map_err(|_| {
            let given: Vec<&str> = arguments.iter().map(|(name, _)| name).collect();
            Place::Argument.missing(params, name, &did_you_mean(name, given))
        }),
    }
}

/// A context variable; a missing one is `None` for an `Option` and similar types.
pub(crate) fn context_variable<'a, T: Deserialize<'a>>(
    context: &'a Context,
    params: &[ParamDescriptor],
    name: &str,
) -> Result<T, ActionError> {
    match context.value(name) {
        Some(value) => {
            read(value).map_err(|error| Place::Context.unreadable(params, name, value, &error))
        }
        None => T::deserialize(Missing).map_err(|_| Place::Context.missing(params, name, "")),
    }
}

/// All remaining arguments.
pub(crate) fn rest<'a, T: Deserialize<'a>>(
    arguments: &'a Arguments,
    params: &[ParamDescriptor],
    name: &str,
) -> Result<T, ActionError> {
    let is_taken = |name: &str| ordinary(params).any(|param| param.name == name);
    let left = arguments.iter().filter(|(name, _)| !is_taken(name));
    read_members(left).map_err(|error| {
        let message = format!("the remaining arguments cannot be read as `{name}`: {error}");
        ActionError::new(ActionErrorKind::InvalidArgument, message).with_parameter(name)
    })
}

/// Where a value is looked up, for messages.
#[derive(Clone, Copy)]
enum Place {
    Argument,
    Context,
}

impl Place {
    #[cold]
    fn missing(self, params: &[ParamDescriptor], name: &str, hint: &str) -> ActionError {
        let expected = expected(params, name);
        let message = match self {
            Self::Argument => format!("argument `{name}` ({expected}) is missing{hint}"),
            Self::Context => format!("context variable `{name}` ({expected}) is not set"),
        };
        let error =
            ActionError::new(ActionErrorKind::MissingArgument, message).with_parameter(name);
        error.with_expectation(expected, "nothing".to_owned())
    }

    #[cold]
    fn unreadable(
        self,
        params: &[ParamDescriptor],
        name: &str,
        value: &Value,
        error: &Mismatch,
    ) -> ActionError {
        let expected = expected(params, name);
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
fn expected(params: &[ParamDescriptor], name: &str) -> String {
    let param = params.iter().find(|param| param.name() == name);
    param
        .map_or("a value", |param| param.type_name())
        .to_owned()
}

/// A short description of a value.
fn described(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {:?}", cut(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(members) => format!("an object of {}", members.len()),
    }
}

/// A missing value: it deserializes as `None` for an `Option` and as a unit; everything else fails.
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
