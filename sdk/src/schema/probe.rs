//! How generated code gets the schema of a type that it does not know: method resolution selects the implementation.

use super::Described;
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::marker::PhantomData;

/// Gets the schema of a parameter. A type that serde can deserialize is an argument and must have a schema; that
/// method is found first, and its bound is checked afterwards. All other types use [`ParamTaken`].
pub struct ParamProbe<'a, T>(PhantomData<&'a ()>, PhantomData<fn() -> T>);

impl<T> ParamProbe<'_, T> {
    /// A probe for `T`.
    #[expect(
        clippy::new_without_default,
        reason = "generated code calls it by name"
    )]
    pub fn new() -> Self {
        Self(PhantomData, PhantomData)
    }
}

impl<'a, T: Deserialize<'a>> ParamProbe<'a, T> {
    /// The schema of an argument. `U` is the same as `T`, with the span at which an error should be reported.
    pub fn schema<U: Described>(self, generator: &mut SchemaGenerator) -> Option<Schema> {
        Some(U::schema(generator))
    }
}

/// For parameters that are not arguments: resources and custom parameters.
pub trait ParamTaken: Sized {
    /// No schema.
    fn schema<U>(self, _generator: &mut SchemaGenerator) -> Option<Schema> {
        None
    }
}

impl<T> ParamTaken for ParamProbe<'_, T> {}

/// Gets a default as JSON. Types that implement `Serialize` return it, all others use [`DefaultUnwritten`].
pub struct DefaultProbe<T>(pub fn() -> T);

impl<T: Serialize> DefaultProbe<T> {
    /// The default.
    pub fn told(self) -> Option<Value> {
        serde_json::to_value(self.0()).ok()
    }
}

/// For defaults that cannot be serialized.
pub trait DefaultUnwritten: Sized {
    /// No default.
    fn told(self) -> Option<Value> {
        None
    }
}

impl<T> DefaultUnwritten for DefaultProbe<T> {}

/// Gets the schema of an action's result: with two leading references the value of a `Result` is found first, then
/// the type itself, then nothing.
pub struct ResultProbe<T>(PhantomData<fn() -> T>);

impl<T> ResultProbe<T> {
    /// A probe for `T`.
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

/// For all other types with a schema.
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
