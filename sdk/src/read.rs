//! Deserializes a JSON value, and says where in the value an error is: `customer.address.city`, `items[3]`.
//!
//! Scalars are deserialized by serde_json. Lists and objects are walked here, so that an error collects its path on
//! its way out; a valid value costs nothing more.

use crate::depth::{is_shallow, too_deep};
use crate::shown::{both_ends, cut};
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

/// Reads a value.
pub(crate) fn read<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Mismatch> {
    match is_shallow(value) {
        true => T::deserialize(At(value)),
        false => Err(Mismatch::custom(too_deep())),
    }
}

/// Deserializes from members without an object around them.
pub(crate) fn read_members<'de, T: Deserialize<'de>>(
    members: impl Iterator<Item = (&'de str, &'de Value)>,
) -> Result<T, Mismatch> {
    T::deserialize(Loose(members))
}

/// Why a value cannot be deserialized, and where in it.
#[derive(Debug)]
pub(crate) struct Mismatch(Box<Found>);

#[derive(Debug)]
struct Found {
    message: String,
    /// From the innermost to the outermost.
    path: Vec<Step>,
}

/// One step into a value.
#[derive(Debug)]
enum Step {
    Index(usize),
    Key(String),
}

impl Mismatch {
    /// What does not fit.
    pub(crate) fn message(&self) -> Cow<'_, str> {
        both_ends(&self.0.message)
    }

    /// The place within a value called `name`; `None` if it is the value itself.
    pub(crate) fn place(&self, name: &str) -> Option<String> {
        if self.0.path.is_empty() {
            return None;
        }
        let mut place = name.to_owned();
        self.0
            .path
            .iter()
            .rev()
            .for_each(|step| step.append_to(&mut place));
        Some(ending(place))
    }

    fn at(mut self, step: Step) -> Self {
        self.0.path.push(step);
        self
    }
}

impl Step {
    fn key(key: &str) -> Self {
        Self::Key(cut(key).into_owned())
    }

    fn append_to(&self, place: &mut String) {
        let is_plain = |key: &str| {
            key.chars()
                .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
        };
        let written = match self {
            Self::Index(index) => write!(place, "[{index}]"),
            Self::Key(key) if !key.is_empty() && is_plain(key) => match place.is_empty() {
                true => write!(place, "{key}"),
                false => write!(place, ".{key}"),
            },
            Self::Key(key) => write!(place, "[{key:?}]"),
        };
        debug_assert!(written.is_ok(), "a string takes everything");
    }
}

/// The end of a long path, which is its most useful part.
fn ending(place: String) -> String {
    const LONGEST: usize = 200;
    match place.char_indices().rev().nth(LONGEST) {
        Some((start, _)) => format!("…{}", &place[start..]),
        None => place,
    }
}

/// The place, if there is one, and what is wrong there.
impl Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place("") {
            Some(place) => write!(f, "at `{place}`: {}", self.message()),
            None => f.write_str(&self.message()),
        }
    }
}

impl std::error::Error for Mismatch {}

impl serde::de::Error for Mismatch {
    #[cold]
    fn custom<T: Display>(message: T) -> Self {
        Self(Box::new(Found {
            message: message.to_string(),
            path: Vec::new(),
        }))
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("missing field `{field}`")).at(Step::key(field))
    }

    #[cold]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let theirs: serde_json::Error = serde::de::Error::unknown_field(field, expected);
        Self::from(theirs).at(Step::key(field))
    }
}

impl From<serde_json::Error> for Mismatch {
    #[cold]
    fn from(error: serde_json::Error) -> Self {
        Self::custom(error)
    }
}

/// A value that is being deserialized.
#[derive(Clone, Copy)]
struct At<'de>(&'de Value);

/// Methods for scalars, handled by serde_json.
macro_rules! scalars {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            Ok(self.0.$method(visitor)?)
        })+
    };
}

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Mismatch;

    scalars! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_unit deserialize_identifier
        deserialize_ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Array(items) => visit_items(items, visitor),
            Value::Object(members) => visit_members(members, visitor),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(self.0.deserialize_any(visitor)?)
            }
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0.as_array() {
            Some(items) => visit_items(items, visitor),
            None => Ok(self.0.deserialize_bytes(visitor)?),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0.is_null() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0.as_array() {
            Some(items) => visit_items(items, visitor),
            None => Ok(self.0.deserialize_seq(visitor)?),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0.as_object() {
            Some(members) => visit_members(members, visitor),
            None => Ok(self.0.deserialize_map(visitor)?),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.0 {
            Value::Array(items) => visit_items(items, visitor),
            Value::Object(members) => visit_members(members, visitor),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Ok(self.0.deserialize_struct(name, fields, visitor)?)
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let Some(members) = self.0.as_object() else {
            return Ok(self.0.deserialize_enum(name, variants, visitor)?);
        };
        let mut members = members.iter();
        match (members.next(), members.next()) {
            (Some((variant, content)), None) => visitor.visit_enum(Variant { variant, content }),
            _ => {
                let found = Unexpected::Map;
                Err(Mismatch::invalid_value(
                    found,
                    &"an object with one member, the variant",
                ))
            }
        }
    }
}

fn visit_items<'de, V: Visitor<'de>>(
    items: &'de [Value],
    visitor: V,
) -> Result<V::Value, Mismatch> {
    let mut access = Items {
        items: items.iter(),
        next: 0,
    };
    let value = visitor.visit_seq(&mut access)?;
    match access.items.len() {
        0 => Ok(value),
        _ => Err(Mismatch::invalid_length(
            items.len(),
            &"fewer elements in array",
        )),
    }
}

fn visit_members<'de, V: Visitor<'de>>(
    members: &'de Map<String, Value>,
    visitor: V,
) -> Result<V::Value, Mismatch> {
    let members_of = members.iter().map(|(key, value)| (key.as_str(), value));
    let mut access = Members {
        members: members_of,
        current: None,
    };
    let value = visitor.visit_map(&mut access)?;
    match access.members.next() {
        None => Ok(value),
        Some(_) => Err(Mismatch::invalid_length(
            members.len(),
            &"fewer elements in map",
        )),
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Value>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        match seed.deserialize(At(item)) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(error.at(Step::Index(index))),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Members<'de, I> {
    members: I,
    current: Option<(&'de str, &'de Value)>,
}

impl<'de, I: Iterator<Item = (&'de str, &'de Value)>> MapAccess<'de> for Members<'de, I> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        self.current = self.members.next();
        match self.current {
            Some((key, _)) => seed.deserialize(Key(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let Some((key, value)) = self.current.take() else {
            return Err(Mismatch::custom("a value was asked for before its key"));
        };
        match seed.deserialize(At(value)) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.at(Step::key(key))),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        match self.members.size_hint() {
            (lower, Some(upper)) if lower == upper => Some(lower),
            _ => None,
        }
    }
}

/// Members without an object around them.
struct Loose<I>(I);

impl<'de, I: Iterator<Item = (&'de str, &'de Value)>> Deserializer<'de> for Loose<I> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Members {
            members: self.0,
            current: None,
        })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A member's name, which may represent a number.
#[derive(Clone, Copy)]
struct Key<'de>(&'de str);

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match self.0.parse::<serde_json::Number>() {
                Ok(number) => Ok(Value::Number(number).$method(visitor)?),
                Err(_) => Err(Mismatch::invalid_value(Unexpected::Str(self.0), &"a number as key")),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Mismatch;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(Mismatch::invalid_type(Unexpected::Str(other), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_enum(serde::de::value::BorrowedStrDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// An object with one member: a variant and its contents.
struct Variant<'de> {
    variant: &'de str,
    content: &'de Value,
}

impl<'de> Variant<'de> {
    fn within<T>(self, read: impl FnOnce(At<'de>) -> Result<T, Mismatch>) -> Result<T, Mismatch> {
        match read(At(self.content)) {
            Ok(value) => Ok(value),
            Err(error) => Err(error.at(Step::key(self.variant))),
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Mismatch;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Mismatch> {
        Ok((seed.deserialize(Key(self.variant))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        self.within(Deserialize::deserialize)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        self.within(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.within(|content| content.deserialize_tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.within(|content| content.deserialize_map(visitor))
    }
}

#[cfg(test)]
mod tests;
