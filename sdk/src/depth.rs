//! The limit on the nesting of JSON values: walking a deeper value, or even dropping it, can overflow the stack.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Value;
use std::cell::Cell;
use std::fmt::Display;

/// The maximum nesting of lists and objects, the same as when serde_json parses a string.
pub(crate) const DEEPEST: usize = 128;

/// Whether a value is nested no deeper than [`DEEPEST`].
#[inline]
pub(crate) fn is_shallow(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(_) | Value::Object(_) => is_within(value, DEEPEST),
    }
}

fn is_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_within(item, levels - 1)),
        Value::Object(members) => {
            levels > 0 && members.values().all(|item| is_within(item, levels - 1))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}

/// Drops a value level by level, without recursion.
#[cold]
pub(crate) fn take_apart(value: Value) {
    let mut parts = vec![value];
    while let Some(part) = parts.pop() {
        match part {
            Value::Array(items) => parts.extend(items),
            Value::Object(members) => parts.extend(members.into_iter().map(|(_, item)| item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

/// The message for a value that is nested too deeply.
pub(crate) fn too_deep() -> String {
    format!("it is nested more than {DEEPEST} levels deep; give it fewer")
}

/// Serializes a value to JSON like `serde_json::to_value`, but fails if it is nested deeper than [`DEEPEST`].
///
/// A value that is too deep is not dropped, since its `Drop` could overflow the stack as well.
pub(crate) fn to_value<T: Serialize>(value: T) -> Result<Value, serde_json::Error> {
    let is_too_deep = Cell::new(false);
    let bound = Bound {
        levels: DEEPEST,
        is_too_deep: &is_too_deep,
    };
    let written = bound
        .around(&value)
        .serialize(serde_json::value::Serializer);
    if is_too_deep.get() {
        std::mem::forget(value);
    }
    written
}

/// How many levels are left, and where to note that the limit was exceeded.
#[derive(Clone, Copy)]
struct Bound<'a> {
    levels: usize,
    is_too_deep: &'a Cell<bool>,
}

impl<'a> Bound<'a> {
    fn around<T>(self, value: T) -> Bounded<'a, T> {
        Bounded {
            bound: self,
            inner: value,
        }
    }

    fn deeper<E: serde::ser::Error>(self) -> Result<Self, E> {
        match self.levels.checked_sub(1) {
            Some(levels) => Ok(Self { levels, ..self }),
            None => {
                self.is_too_deep.set(true);
                Err(E::custom(too_deep()))
            }
        }
    }
}

/// A value or serializer, with the number of levels it may use.
struct Bounded<'a, T> {
    bound: Bound<'a>,
    inner: T,
}

impl<T: Serialize + ?Sized> Serialize for Bounded<'_, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(self.bound.around(serializer))
    }
}

/// Methods that pass their arguments on unchanged.
macro_rules! handed_on {
    ($($method:ident($($name:ident: $ty:ty),*);)+) => {
        $(fn $method(self, $($name: $ty),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($name),*)
        })+
    };
}

/// Methods that open a level.
macro_rules! level {
    ($($method:ident($($name:ident: $ty:ty),*) -> $compound:ident;)+) => {
        $(fn $method(self, $($name: $ty),*) -> Result<Self::$compound, S::Error> {
            let bound = self.bound.deeper()?;
            Ok(bound.around(self.inner.$method($($name),*)?))
        })+
    };
}

impl<'a, S: Serializer> Serializer for Bounded<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Bounded<'a, S::SerializeSeq>;
    type SerializeTuple = Bounded<'a, S::SerializeTuple>;
    type SerializeTupleStruct = Bounded<'a, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Bounded<'a, S::SerializeTupleVariant>;
    type SerializeMap = Bounded<'a, S::SerializeMap>;
    type SerializeStruct = Bounded<'a, S::SerializeStruct>;
    type SerializeStructVariant = Bounded<'a, S::SerializeStructVariant>;

    handed_on! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_f32(value: f32);
        serialize_f64(value: f64);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_unit_struct(value: &'static str);
        serialize_none();
        serialize_unit();
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    level! {
        serialize_seq(len: Option<usize>) -> SerializeSeq;
        serialize_tuple(len: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeTupleVariant;
        serialize_map(len: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, len: usize) -> SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.serialize_some(&self.bound.around(value))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.inner
            .serialize_newtype_struct(name, &self.bound.around(value))
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.bound.deeper()?.around(value);
        self.inner
            .serialize_newtype_variant(name, index, variant, &value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Serializers of compound values, which serialize their members one level deeper.
macro_rules! compound {
    ($($trait:ident: $method:ident($($key:ident)?);)+) => {
        $(impl<S: $trait> $trait for Bounded<'_, S> {
            type Ok = S::Ok;
            type Error = S::Error;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($key: &'static str,)?
                value: &T,
            ) -> Result<(), S::Error> {
                self.inner.$method($($key,)? &self.bound.around(value))
            }

            fn end(self) -> Result<S::Ok, S::Error> {
                self.inner.end()
            }
        })+
    };
}

compound! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(key);
    SerializeStructVariant: serialize_field(key);
}

impl<S: SerializeMap> SerializeMap for Bounded<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.inner.serialize_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.inner.serialize_value(&self.bound.around(value))
    }

    fn end(self) -> Result<S::Ok, S::Error> {
        self.inner.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    /// A list in a list in a list…
    fn nested(levels: usize) -> Value {
        (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
    }

    /// The result is the same as that of serde_json.
    #[track_caller]
    fn check_same<T: Serialize>(value: T) {
        let theirs = serde_json::to_value(&value).map_err(|error| error.to_string());
        assert_eq!(to_value(value).map_err(|error| error.to_string()), theirs);
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        New(i64),
        Tuple(i64, Option<char>),
        Struct { side: f64 },
    }

    #[derive(Serialize)]
    struct Wrapped(u128);

    #[derive(Serialize)]
    struct Pair(i8, &'static str);

    #[derive(Serialize)]
    struct Nothing;

    #[test]
    fn everything_is_written_as_before() {
        check_same((Shape::Unit, Shape::New(1), Shape::Tuple(1, Some('x'))));
        check_same((Shape::Struct { side: 0.5 }, Shape::Tuple(1, None)));
        check_same((Wrapped(7), Pair(-1, "a"), Nothing, (), [true; 2], 1.5_f32));
        check_same(json!({"a": [1, {"b": null}], "c": 1.5}));
        check_same(BTreeMap::from([(1_u8, "one")]));
    }

    #[test]
    fn what_cannot_be_written_is_refused_as_before() {
        check_same(BTreeMap::from([((1, 2), "pair")]));
        check_same(u128::MAX);
    }

    #[test]
    fn the_last_level_is_written() {
        check_same(nested(DEEPEST));
        assert!(is_shallow(&nested(DEEPEST)) && !is_shallow(&nested(DEEPEST + 1)));
    }

    #[test]
    fn one_more_is_not() {
        let error = to_value(nested(DEEPEST + 1)).expect_err("it is too deep");
        assert_eq!(error.to_string(), too_deep());
    }

    #[test]
    fn what_is_very_deep_is_neither_walked_nor_dropped_to_the_end_of_the_stack() {
        assert!(to_value(nested(100_000)).is_err());
        let far = nested(100_000);
        assert!(!is_shallow(&far));
        take_apart(far);
    }
}
