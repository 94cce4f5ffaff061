//! JSON and protobuf's `Struct`, each from the other.
//!
//! A `Struct` has doubles only, so a whole number is taken for an integer, which it nearly always was.

use super::proto::{Action, Domain, Entity, Intent, WebhookResponse};
use action_sdk::rasa::{Events, Message};
use action_sdk::serde_json::{Map, Number, Value};
use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as ProtoValue};

/// 2 to the 53rd: beyond it a double does not tell which integer was meant.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn object(fields: &Struct) -> Map<String, Value> {
    let fields = fields.fields.iter();
    fields
        .map(|(name, value)| (name.clone(), json(value)))
        .collect()
}

pub(super) fn objects(list: &[Struct]) -> Vec<Value> {
    list.iter()
        .map(|item| Value::Object(object(item)))
        .collect()
}

fn json(value: &ProtoValue) -> Value {
    match &value.kind {
        None | Some(Kind::NullValue(_)) => Value::Null,
        Some(Kind::NumberValue(number)) => json_number(*number),
        Some(Kind::StringValue(text)) => Value::String(text.clone()),
        Some(Kind::BoolValue(truth)) => Value::Bool(*truth),
        Some(Kind::StructValue(fields)) => Value::Object(object(fields)),
        Some(Kind::ListValue(list)) => list.values.iter().map(json).collect(),
    }
}

fn json_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

pub(super) fn fields(members: Map<String, Value>) -> Struct {
    let members = members.into_iter();
    Struct {
        fields: members.map(|(name, value)| (name, proto(value))).collect(),
    }
}

/// The objects among the items of a list.
pub(super) fn structs(list: Vec<Value>) -> Vec<Struct> {
    let items = list.into_iter().filter_map(|item| match item {
        Value::Object(members) => Some(fields(members)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    });
    items.collect()
}

fn proto(value: Value) -> ProtoValue {
    let kind = match value {
        Value::Null => Kind::NullValue(0),
        Value::Bool(truth) => Kind::BoolValue(truth),
        Value::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => Kind::StringValue(text),
        Value::Array(list) => Kind::ListValue(ListValue {
            values: list.into_iter().map(proto).collect(),
        }),
        Value::Object(members) => Kind::StructValue(fields(members)),
    };
    ProtoValue { kind: Some(kind) }
}

/// What an action returned and said.
pub(super) fn result(events: Events, said: Vec<Message>) -> WebhookResponse {
    WebhookResponse {
        events: structs(events.into_json()),
        responses: structs(said.into_iter().map(Message::into_json).collect()),
    }
}

/// The domain as rasa-sdk gives it to actions: members that are not set are left out.
pub(super) fn domain(domain: &Domain) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in [
        ("config", &domain.config),
        ("session_config", &domain.session_config),
        ("slots", &domain.slots),
        ("responses", &domain.responses),
        ("forms", &domain.forms),
    ] {
        if let Some(fields) = value {
            members.insert(name.to_owned(), Value::Object(object(fields)));
        }
    }
    let intents = domain.intents.iter().map(
        |Intent {
             string_value,
             dict_value,
         }| named(string_value, dict_value.as_ref()),
    );
    let entities = domain.entities.iter().map(
        |Entity {
             string_value,
             dict_value,
         }| named(string_value, dict_value.as_ref()),
    );
    let actions = domain.actions.iter().map(
        |Action {
             string_value,
             dict_value,
         }| named(string_value, dict_value.as_ref()),
    );
    for (name, list) in [
        ("intents", intents.collect()),
        ("entities", entities.collect()),
        ("actions", actions.collect()),
        ("e2e_actions", objects(&domain.e2e_actions)),
    ] {
        let list: Vec<Value> = list;
        if !list.is_empty() {
            members.insert(name.to_owned(), Value::Array(list));
        }
    }
    members
}

fn named(text: &str, fields: Option<&Struct>) -> Value {
    let mut members = Map::new();
    if !text.is_empty() {
        members.insert("string_value".to_owned(), text.into());
    }
    if let Some(fields) = fields {
        members.insert("dict_value".to_owned(), Value::Object(object(fields)));
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use action_sdk::serde_json::json;

    #[test]
    fn json_comes_back_as_it_was() {
        let value = json!({"a": [1, -2, 0.5, true, null, "x", [], {}], "b": {"c": 1.5e300}});
        let members = value.as_object().expect("it is one").clone();
        assert_eq!(Value::Object(object(&fields(members))), value);
    }

    #[test]
    fn whole_numbers_are_integers_as_far_as_doubles_are_exact() {
        assert_eq!(json_number(2.0), json!(2));
        assert_eq!(json_number(-0.0), json!(0));
        assert_eq!(json_number(EXACT * 4.0), json!(EXACT * 4.0));
        assert_eq!(json_number(f64::NAN), Value::Null);
    }

    #[test]
    fn what_is_no_object_is_left_out_of_a_list_of_objects() {
        assert_eq!(
            structs(vec![json!(1), json!({"a": 1}), Value::Null]).len(),
            1
        );
    }
}
