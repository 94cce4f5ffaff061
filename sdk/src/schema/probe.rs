//! How generated code asks a type for its schema without knowing what it is: method look-up chooses the answer.

use super::Described;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::marker::PhantomData;

/// Asks for the schema of a parameter. What serde can read is an argument and must have one; the method for that is
/// found first, and its bound is checked afterwards. Everything else finds [`ParamTaken`].
pub struct ParamProbe<'a, T>(PhantomData<&'a ()>, PhantomData<fn() -> T>);

impl<T> ParamProbe<'_, T> {
    /// A question about `T`.
    #[expect(
        clippy::new_without_default,
        reason = "generated code calls it by name"
    )]
    pub fn new() -> Self {
        Self(PhantomData, PhantomData)
    }
}

impl<'a, T: Deserialize<'a>> ParamProbe<'a, T> {
    /// The schema of an argument. `U` is `T` again, written where an error about it should point.
    pub fn schema<U: Described>(self, generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(U::schema(generator))
    }
}

/// For parameters that are no arguments: resources and what users take out of a call.
pub trait ParamTaken: Sized {
    /// No schema.
    fn schema<U>(self, _generator: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T> ParamTaken for ParamProbe<'_, T> {}

/// Asks for a default as JSON. What serde can write is told, everything else finds [`DefaultUnwritten`].
pub struct DefaultProbe<T>(pub fn() -> T);

impl<T: Serialize> DefaultProbe<T> {
    /// The default.
    pub fn told(self) -> Option<Value> {
        serde_json::to_value(self.0()).ok()
    }
}

/// For defaults that serde cannot write.
pub trait DefaultUnwritten: Sized {
    /// No default.
    fn told(self) -> Option<Value> {
        None
    }
}

impl<T> DefaultUnwritten for DefaultProbe<T> {}

/// Asks for the schema of what an action returns: with two references in front the value of a `Result` is found
/// first, then the type itself, then nothing.
pub struct ResultProbe<T>(PhantomData<fn() -> T>);

impl<T> ResultProbe<T> {
    /// A question about `T`.
    #[expect(
        clippy::new_without_default,
        reason = "generated code calls it by name"
    )]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

/// For a `Result`: the schema of its value.
pub trait ResultValue {
    /// The schema.
    fn schema(&self, generator: &mut SchemaGenerator) -> Option<Schema>;
}

impl<T: JsonSchema, E> ResultValue for &&ResultProbe<Result<T, E>> {
    fn schema(&self, generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

/// For everything else that has a schema.
pub trait WholeResult {
    /// The schema.
    fn schema(&self, generator: &mut SchemaGenerator) -> Option<Schema>;
}

impl<T: JsonSchema> WholeResult for &ResultProbe<T> {
    fn schema(&self, generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(generator.subschema_for::<T>())
    }
}

/// For what has none.
pub trait ResultUndescribed {
    /// No schema.
    fn schema(&self, _generator: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T> ResultUndescribed for ResultProbe<T> {}
