//! JSON Schemas of what actions take and return, for callers that ask before they call.
//!
//! [`ActionDescriptor::input_schema`](crate::ActionDescriptor::input_schema) and
//! [`output_schema`](crate::ActionDescriptor::output_schema) write them. They are made of what `schemars` says about
//! each type, brought into the form that strict clients accept (MCP clients, OpenAI's function calling): no list of
//! types, no `oneOf`, no formats that JSON Schema does not know, and `properties` for every object, be it empty.

mod example;
pub(crate) mod probe;
mod profile;

pub use example::example;
pub(crate) use profile::{Side, tidy};

use crate::contain::caught;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};
use std::fmt;
use std::ptr::fn_addr_eq;
use std::sync::Arc;

/// What a parameter's type must have while the feature `schema` is on. Every type with a
/// [`JsonSchema`](schemars::JsonSchema) has it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no JSON Schema, which every argument needs while the feature `schema` of `action-sdk` is on",
    label = "callers cannot be told what to send here",
    note = "derive `schemars::JsonSchema` on it, or on the type of yours that it holds; `action_sdk::schemars` is the crate",
    note = "or take a `serde_json::Value`, whose schema allows everything"
)]
pub trait Described {
    /// The schema of the type.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> Described for T {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// A type's schema, if it has one.
#[doc(hidden)]
pub type OfType = fn(&mut SchemaGenerator) -> Option<Schema>;

/// A default as JSON, if it can be written so.
#[doc(hidden)]
pub type OfDefault = fn() -> Option<Value>;

/// What generated code says about the schema of a parameter or of a result.
#[doc(hidden)]
#[derive(Clone, Copy, Default)]
pub struct RawSchema {
    of: Option<OfType>,
    default: Option<OfDefault>,
}

impl RawSchema {
    /// Nothing is known.
    pub const NONE: Self = Self {
        of: None,
        default: None,
    };

    /// The schema of a type.
    pub const fn new(of: OfType) -> Self {
        Self {
            of: Some(of),
            default: None,
        }
    }

    /// The same schema, with what stands in for a missing value.
    pub const fn with_default(self, default: OfDefault) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

/// Where the schema of a parameter or a result comes from.
#[derive(Clone, Default)]
pub(crate) enum Source {
    /// Nobody said.
    #[default]
    Unknown,
    /// The type, and the default beside it.
    Type(RawSchema),
    /// Whoever registered the action by hand.
    Given(Arc<Value>),
}

impl From<RawSchema> for Source {
    fn from(raw: RawSchema) -> Self {
        match raw.of {
            Some(_) => Self::Type(raw),
            None => Self::Unknown,
        }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, Self::Unknown) => true,
            (Self::Given(own), Self::Given(others)) => own == others,
            (Self::Type(own), Self::Type(others)) => match (own.of, others.of) {
                (Some(own), Some(others)) => fn_addr_eq(own, others),
                (own, others) => own.is_none() && others.is_none(),
            },
            (Self::Unknown | Self::Given(_) | Self::Type(_), _) => false,
        }
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Unknown"),
            Self::Type(_) => f.write_str("Type"),
            Self::Given(schema) => write!(f, "Given({schema})"),
        }
    }
}

/// Writes schemas, and keeps the definitions of types that contain themselves.
pub(crate) struct Writer {
    side: Side,
    generator: SchemaGenerator,
}

impl Writer {
    pub(crate) fn new(side: Side) -> Self {
        let settings = SchemaSettings::draft2020_12();
        let settings = match side {
            Side::Input => settings.for_deserialize(),
            Side::Output => settings.for_serialize(),
        };
        let settings = settings.with(|settings| {
            settings.meta_schema = None;
            settings.inline_subschemas = true;
        });
        let generator = settings.into_generator();
        Self { side, generator }
    }

    /// The schema of one parameter or result; `None` if nobody knows it. What is given by hand stays as it is.
    pub(crate) fn write(&mut self, source: &Source, may_be_left_out: bool) -> Option<Value> {
        let raw = match source {
            Source::Unknown => return None,
            Source::Given(schema) => return Some(Value::clone(schema)),
            Source::Type(raw) => raw,
        };
        let schema = raw.of?(&mut self.generator)?.to_value();
        let mut schema = tidy(schema, self.side, may_be_left_out);
        let default = raw.default.and_then(|default| caught(default).ok()?);
        if let (Some(members), Some(default)) = (schema.as_object_mut(), default) {
            members.insert("default".to_owned(), default);
        }
        Some(schema)
    }

    /// The definitions that the schemas written so far refer to; none if they refer to none.
    pub(crate) fn into_definitions(mut self) -> Option<Map<String, Value>> {
        let definitions = self.generator.take_definitions(false);
        let side = self.side;
        let tidied = definitions
            .into_iter()
            .map(|(name, schema)| (name, tidy(schema, side, false)));
        let tidied = Map::from_iter(tidied);
        (!tidied.is_empty()).then_some(tidied)
    }
}
