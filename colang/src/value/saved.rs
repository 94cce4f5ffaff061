//! The saved form of values: plain JSON where JSON can represent the value, otherwise an object with one key that
//! begins with `$`. An object with the members of an outcome of a rail is loaded as one. Only for self-describing formats.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Comparator, Comparison, ContextId, Dict, Event, Regex, Set, Value, outcome};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) if value.is_finite() => serializer.serialize_f64(*value),
            Self::Float(value) => tagged(serializer, "$float", &super::float_text(*value)),
            Self::Str(text) => serializer.serialize_str(text),
            Self::List(items) => items.serialize(serializer),
            Self::Tuple(items) => tagged(serializer, "$tuple", items),
            Self::Dict(dict) => save_dict(dict, serializer),
            Self::RailOutcome(outcome) => save_plain(outcome.members(), serializer),
            Self::Set(set) => tagged(serializer, "$set", &Elements(set)),
            Self::Regex(regex) => tagged(serializer, "$regex", regex.pattern()),
            Self::Comparison(comparison) => tagged(
                serializer,
                "$comparison",
                &(comparison.comparator(), comparison.value()),
            ),
            Self::Flow(uid) => tagged(serializer, "$flow", uid),
            Self::Action(uid) => tagged(serializer, "$action", uid),
            Self::Event(event) => tagged(serializer, "$event", event),
            Self::Context(id) => tagged(serializer, "$context", id),
        }
    }
}

fn tagged<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    tag: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, value)?;
    map.end()
}

/// Whether a dict can be saved as a plain object, because it would be loaded as the same dict.
pub(crate) fn is_plain(dict: &Dict) -> bool {
    dict.has_plain_keys() && !outcome::is_outcome(dict)
}

/// An object, unless it would be loaded as something else; then a list of pairs.
fn save_dict<S: Serializer>(dict: &Dict, serializer: S) -> Result<S::Ok, S::Error> {
    if !is_plain(dict) {
        return tagged(serializer, "$dict", &dict.iter().collect::<Vec<_>>());
    }
    save_plain(dict, serializer)
}

fn save_plain<S: Serializer>(dict: &Dict, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(dict.len()))?;
    for (key, value) in dict.iter() {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

impl Serialize for Dict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        save_dict(self, serializer)
    }
}

struct Elements<'a>(&'a Set);

impl Serialize for Elements<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.0.len()))?;
        for element in self.0.iter() {
            sequence.serialize_element(element)?;
        }
        sequence.end()
    }
}

impl<'de> Deserialize<'de> for Dict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Dict(dict) => Ok(Arc::unwrap_or_clone(dict)),
            other => Err(de::Error::custom(format_args!(
                "a dict was expected, not {}",
                other.described()
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Saved)
    }
}

struct Saved;

impl<'de> Visitor<'de> for Saved {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a saved value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value)
            .map(Value::Int)
            .map_err(|_| E::custom("a whole number does not fit into 64 bits"))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Value::List(Arc::new(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut dict = Dict::new();
        while let Some(key) = map.next_key::<String>()? {
            if dict.is_empty() && key.starts_with('$') {
                return untagged(&key, &mut map);
            }
            dict.set(key, map.next_value::<Value>()?);
        }
        Ok(outcome::read(dict))
    }
}

fn untagged<'de, A: MapAccess<'de>>(tag: &str, map: &mut A) -> Result<Value, A::Error> {
    let refuse = |error: super::ValueError| de::Error::custom(error);
    Ok(match tag {
        "$float" => Value::Float(
            map.next_value::<String>()?
                .parse()
                .map_err(de::Error::custom)?,
        ),
        "$tuple" => Value::tuple(map.next_value::<Vec<Value>>()?),
        "$set" => Set::from_values(map.next_value::<Vec<Value>>()?)
            .map_err(refuse)?
            .into(),
        "$dict" => pairs(map.next_value()?).map_err(refuse)?.into(),
        "$regex" => Value::Regex(Regex::new(&map.next_value::<String>()?).map_err(refuse)?),
        "$comparison" => {
            let (comparator, value) = map.next_value::<(Comparator, Value)>()?;
            Value::Comparison(Comparison::new(comparator, value).map_err(refuse)?)
        }
        "$flow" => Value::Flow(map.next_value()?),
        "$action" => Value::Action(map.next_value()?),
        "$event" => Value::Event(Arc::new(map.next_value::<Event>()?)),
        "$context" => Value::Context(map.next_value::<ContextId>()?),
        other => {
            return Err(de::Error::custom(format_args!(
                "`{other}` is no kind of value"
            )));
        }
    })
}

fn pairs(pairs: Vec<(Value, Value)>) -> Result<Dict, super::ValueError> {
    let mut dict = Dict::new();
    for (key, value) in pairs {
        dict.insert(key, value)?;
    }
    Ok(dict)
}
