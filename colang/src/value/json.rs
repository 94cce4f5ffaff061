//! Conversion from and to JSON, as events carry it.

use serde_json::{Map, Number, Value as Json};

use super::{Dict, MAX_LEVELS, Set, Value, ValueError, float_text, outcome};

/// How many values one JSON document may contain.
pub const MAX_JSON_NODES: usize = 1_000_000;

/// How deeply they may be nested.
const MAX_DEPTH: usize = 128;

impl Value {
    /// Converts JSON to a value; objects become dicts, or [outcomes of rails](super::RailOutcome), arrays become lists.
    ///
    /// # Errors
    /// If an integer does not fit into a signed 64-bit number, or the value is nested too deeply or too large.
    pub fn from_json(json: &Json) -> Result<Self, ValueError> {
        let value = read(json, MAX_DEPTH)?;
        value.weigh(MAX_LEVELS, MAX_JSON_NODES)?;
        Ok(value)
    }

    /// Converts a value to JSON. Sets become sorted lists, tuples become lists, regular expressions become their
    /// pattern, and flows, actions and events become `{uid, type}`. Keys that are not strings are turned into
    /// strings.
    ///
    /// # Errors
    /// For NaN, infinities, comparisons and the variables of a flow, and for keys that are neither numbers nor
    /// constants.
    ///
    /// ```
    /// use colang::value::Value;
    ///
    /// let value = Value::list([Value::from(1), Value::from(1.5), Value::None]);
    /// assert_eq!(value.to_json()?.to_string(), "[1,1.5,null]");
    /// assert!(Value::from(f64::NAN).to_json().is_err());
    /// # Ok::<(), colang::value::ValueError>(())
    /// ```
    pub fn to_json(&self) -> Result<Json, ValueError> {
        Writer {
            left: MAX_JSON_NODES,
        }
        .write(self, MAX_DEPTH)
    }
}

fn read(json: &Json, depth: usize) -> Result<Value, ValueError> {
    let deeper = || depth.checked_sub(1).ok_or_else(too_deep);
    Ok(match json {
        Json::Null => Value::None,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => read_number(number)?,
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => {
            let depth = deeper()?;
            items
                .iter()
                .map(|item| read(item, depth))
                .collect::<Result<Vec<_>, _>>()?
                .into()
        }
        Json::Object(entries) => {
            let depth = deeper()?;
            let entries = entries
                .iter()
                .map(|(key, value)| Ok((key.as_str(), read(value, depth)?)));
            outcome::read(entries.collect::<Result<Dict, ValueError>>()?)
        }
    })
}

fn read_number(number: &Number) -> Result<Value, ValueError> {
    if let Some(value) = number.as_i64() {
        return Ok(Value::Int(value));
    }
    match number.as_f64() {
        Some(value) if number.is_f64() => Ok(Value::Float(value)),
        _ => Err(ValueError::new(format!(
            "the whole number {number} does not fit into 64 bits"
        ))),
    }
}

struct Writer {
    left: usize,
}

impl Writer {
    fn write(&mut self, value: &Value, depth: usize) -> Result<Json, ValueError> {
        self.left = self.left.checked_sub(1).ok_or_else(too_large)?;
        match value {
            Value::None => Ok(Json::Null),
            Value::Bool(value) => Ok(Json::Bool(*value)),
            Value::Int(value) => Ok((*value).into()),
            Value::Float(value) => write_float(*value),
            Value::Str(text) => Ok((**text).into()),
            Value::List(items) | Value::Tuple(items) => self.write_items(items.iter(), depth),
            Value::Set(set) => self.write_set(set, depth),
            Value::Dict(dict) => self.write_dict(dict, depth),
            Value::RailOutcome(outcome) => self.write_dict(outcome.members(), depth),
            Value::Regex(regex) => Ok(regex.pattern().into()),
            Value::Flow(uid) | Value::Action(uid) => Ok(write_reference(uid, value)),
            Value::Event(event) => Ok(write_reference(event_uid(event), value)),
            Value::Comparison(_) | Value::Context(_) => Err(ValueError::new(format!(
                "{} cannot leave the program as JSON",
                value.described()
            ))),
        }
    }

    fn write_items<'a>(
        &mut self,
        items: impl Iterator<Item = &'a Value>,
        depth: usize,
    ) -> Result<Json, ValueError> {
        let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
        items.map(|item| self.write(item, depth)).collect()
    }

    fn write_set(&mut self, set: &Set, depth: usize) -> Result<Json, ValueError> {
        self.write_items(set.sorted().into_iter(), depth)
    }

    fn write_dict(&mut self, dict: &Dict, depth: usize) -> Result<Json, ValueError> {
        let depth = depth.checked_sub(1).ok_or_else(too_deep)?;
        let mut entries = Map::new();
        for (key, value) in dict.iter() {
            entries.insert(key_text(key)?, self.write(value, depth)?);
        }
        Ok(Json::Object(entries))
    }
}

fn write_float(value: f64) -> Result<Json, ValueError> {
    Number::from_f64(value).map(Json::Number).ok_or_else(|| {
        ValueError::new(format!(
            "{} cannot leave the program: JSON knows neither NaN nor infinity",
            float_text(value)
        ))
    })
}

fn write_reference(uid: &str, value: &Value) -> Json {
    let entries = [
        ("uid", Json::from(uid)),
        ("type", Json::from(value.type_name())),
    ];
    Json::Object(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn event_uid(event: &super::Event) -> &str {
    event
        .arguments
        .get("uid")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn key_text(key: &Value) -> Result<String, ValueError> {
    match key {
        Value::Str(text) => Ok((**text).to_owned()),
        Value::Int(_) | Value::Float(_) => Ok(key.to_string()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::None => Ok("null".to_owned()),
        other => Err(ValueError::new(format!(
            "{} cannot be a key in JSON",
            other.described()
        ))),
    }
}

fn too_deep() -> ValueError {
    ValueError::new(format!("a value is nested more than {MAX_DEPTH} deep"))
}

fn too_large() -> ValueError {
    ValueError::new(format!("a value has more than {MAX_JSON_NODES} parts"))
}
