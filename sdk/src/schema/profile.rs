//! The form that strict clients accept: the schemas of `schemars`, reduced to fewer keywords of JSON Schema.
//!
//! No change makes a valid value invalid; a few of them accept more than the type does.

use serde_json::{Map, Value, json};

/// The direction of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Callers send it.
    Input,
    /// Callers get it.
    Output,
}

type Members = Map<String, Value>;

/// The formats of JSON Schema itself. `schemars` generates others (`int64`, `double`), which strict validators
/// refuse.
const FORMATS: [&str; 12] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "regex",
    "time",
    "uri",
    "uri-reference",
    "uuid",
];

/// The schema in that form. If an input `may_be_left_out`, `null` is not listed as an alternative.
pub(crate) fn tidy(schema: Value, side: Side, may_be_left_out: bool) -> Value {
    let mut schema = match schema {
        Value::Object(members) => members,
        Value::Bool(false) => return json!({"not": {}}),
        Value::Null | Value::Bool(true) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            return json!({});
        }
    };
    if let Some(reference) = schema.remove("$ref") {
        return json!({"$ref": reference});
    }
    rewrite(&mut schema);
    let nullable = take_null(&mut schema);
    part_types(&mut schema);
    tidy_children(&mut schema, side);
    let left_out = side == Side::Input && may_be_left_out;
    match nullable && !left_out {
        true => or_null(schema),
        false => {
            drop_null_default(&mut schema);
            Value::Object(single(schema))
        }
    }
}

/// Replaces keywords by equivalent ones that every client supports.
fn rewrite(schema: &mut Members) {
    schema.shift_remove("$schema");
    schema.shift_remove("title");
    let unknown = |format: &Value| !format.as_str().is_some_and(|name| FORMATS.contains(&name));
    if schema.get("format").is_some_and(unknown) {
        schema.shift_remove("format");
    }
    if let Some(value) = schema.shift_remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
    if let Some(alternatives) = schema.shift_remove("oneOf") {
        schema.entry("anyOf").or_insert(alternatives);
    }
    tuple_items(schema);
    if schema.get("type").is_some_and(|kind| kind == "object") {
        schema.entry("properties").or_insert_with(|| json!({}));
    }
}

/// The items of a tuple as those of a list: `prefixItems` is recent, and few clients support it.
fn tuple_items(schema: &mut Members) {
    let Some(Value::Array(items)) = schema.shift_remove("prefixItems") else {
        return;
    };
    let mut distinct: Vec<Value> = Vec::new();
    for item in items {
        if !distinct.contains(&item) {
            distinct.push(item);
        }
    }
    let items = match distinct.len() {
        1 => distinct.remove(0),
        _ => json!({"anyOf": distinct}),
    };
    schema.insert("items".to_owned(), items);
}

/// Removes `null` from the allowed values; returns whether it was among them.
fn take_null(schema: &mut Members) -> bool {
    let in_types = take_from(schema, "type", |kind| kind == "null");
    if in_types {
        take_from(schema, "enum", Value::is_null);
    }
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    let in_alternatives = take_from(schema, "anyOf", is_null);
    in_types || in_alternatives
}

/// Removes matching entries from a list that also has others; returns whether there were any.
fn take_from(schema: &mut Members, key: &str, is_it: impl Fn(&Value) -> bool) -> bool {
    let Some(Value::Array(entries)) = schema.get_mut(key) else {
        return false;
    };
    let before = entries.len();
    if entries.iter().all(&is_it) {
        return false;
    }
    entries.retain(|entry| !is_it(entry));
    before > entries.len()
}

/// A list of types becomes a single type, or alternatives with one type each.
fn part_types(schema: &mut Members) {
    let Some(Value::Array(types)) = schema.get_mut("type") else {
        return;
    };
    let mut types = std::mem::take(types);
    if types.len() == 1 {
        schema.insert("type".to_owned(), types.remove(0));
        return;
    }
    let alternatives = types.into_iter().map(|kind| json!({"type": kind}));
    let alternatives = Value::Array(alternatives.collect());
    schema.shift_remove("type");
    schema.entry("anyOf").or_insert(alternatives);
}

fn tidy_children(schema: &mut Members, side: Side) {
    let required = required(schema);
    for (key, child) in schema.iter_mut() {
        match key.as_str() {
            "properties" => each_member(child, |name, child| {
                tidy(child, side, !required.iter().any(|known| known == name))
            }),
            "patternProperties" | "$defs" => {
                each_member(child, |_, child| tidy(child, side, false));
            }
            "anyOf" | "allOf" => each_entry(child, side),
            "items" | "not" => *child = tidy(child.take(), side, false),
            "additionalProperties" if child.is_object() => {
                *child = tidy(child.take(), side, false);
            }
            _ => {}
        }
    }
}

fn required(schema: &Members) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.map(ToOwned::to_owned).collect()
}

fn each_member(children: &mut Value, mut tidied: impl FnMut(&str, Value) -> Value) {
    for (name, child) in children.as_object_mut().into_iter().flatten() {
        *child = tidied(name, child.take());
    }
}

fn each_entry(children: &mut Value, side: Side) {
    for child in children.as_array_mut().into_iter().flatten() {
        *child = tidy(child.take(), side, false);
    }
}

/// The schema or `null`, with everything that applies to both outside of the choice.
fn or_null(mut schema: Members) -> Value {
    let mut outer = Members::new();
    for key in ["description", "default", "examples"] {
        if let Some(value) = schema.shift_remove(key) {
            outer.insert(key.to_owned(), value);
        }
    }
    let mut alternatives = match (schema.len(), schema.shift_remove("anyOf")) {
        (1, Some(Value::Array(alternatives))) => alternatives,
        (_, alternatives) => {
            schema.extend(alternatives.map(|some| ("anyOf".to_owned(), some)));
            vec![Value::Object(schema)]
        }
    };
    alternatives.push(json!({"type": "null"}));
    outer.insert("anyOf".to_owned(), Value::Array(alternatives));
    Value::Object(outer)
}

fn drop_null_default(schema: &mut Members) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.shift_remove("default");
    }
}

/// A choice of one alternative is that alternative; keywords next to the choice take precedence over those in it.
fn single(mut schema: Members) -> Members {
    for key in ["anyOf", "allOf"] {
        let Some(Value::Array(alternatives)) = schema.get_mut(key) else {
            continue;
        };
        if let [Value::Object(only)] = alternatives.as_mut_slice() {
            let only = std::mem::take(only);
            schema.shift_remove(key);
            if only.contains_key("$ref") {
                return only;
            }
            for (name, value) in only {
                schema.entry(name).or_insert(value);
            }
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(side: Side, may_be_left_out: bool, schema: Value, expected: &Value) {
        assert_eq!(&tidy(schema, side, may_be_left_out), expected);
    }

    #[track_caller]
    fn check_input(schema: Value, expected: &Value) {
        check(Side::Input, false, schema, expected);
    }

    #[test]
    fn an_optional_argument_is_just_left_out() {
        let nullable = json!({"type": ["integer", "null"], "format": "int64", "default": null});
        check(Side::Input, true, nullable, &json!({"type": "integer"}));
    }

    #[test]
    fn an_optional_choice_is_just_left_out() {
        let nullable = json!({"anyOf": [{"type": "object", "properties": {}}, {"type": "null"}]});
        let plain = json!({"type": "object", "properties": {}});
        check(Side::Input, true, nullable, &plain);
    }

    #[test]
    fn null_in_a_list_is_a_choice() {
        let list = json!({"type": "array", "items": {"type": ["string", "null"], "minLength": 1}});
        let choice = json!({"anyOf": [{"type": "string", "minLength": 1}, {"type": "null"}]});
        check_input(list, &json!({"type": "array", "items": choice}));
    }

    #[test]
    fn what_comes_back_may_be_null() {
        let nullable = json!({"type": ["integer", "null"], "description": "how many"});
        let choice =
            json!({"description": "how many", "anyOf": [{"type": "integer"}, {"type": "null"}]});
        check(Side::Output, true, nullable, &choice);
    }

    #[test]
    fn null_leaves_an_enumeration_with_its_type() {
        let nullable = json!({"type": ["string", "null"], "enum": ["a", null]});
        check(
            Side::Input,
            true,
            nullable,
            &json!({"type": "string", "enum": ["a"]}),
        );
    }

    #[test]
    fn several_types_are_alternatives() {
        let expected = json!({"anyOf": [{"type": "string"}, {"type": "number"}]});
        check_input(json!({"type": ["string", "number"]}), &expected);
    }

    #[test]
    fn anything_is_an_empty_object() {
        check_input(json!(true), &json!({}));
    }

    #[test]
    fn an_object_has_properties() {
        check_input(
            json!({"type": "object"}),
            &json!({"type": "object", "properties": {}}),
        );
    }

    #[test]
    fn a_tuple_is_a_list_of_its_length() {
        let tuple = json!({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "integer"}], "minItems": 2, "maxItems": 2});
        let list =
            json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}});
        check_input(tuple, &list);
    }

    #[test]
    fn a_constant_is_an_enumeration() {
        check_input(json!({"const": "a"}), &json!({"enum": ["a"]}));
    }

    #[test]
    fn formats_that_json_schema_knows_stay() {
        let uuid = json!({"type": "string", "format": "uuid"});
        check_input(uuid.clone(), &uuid);
    }

    #[test]
    fn a_reference_stands_alone() {
        let reference = json!({"$ref": "#/$defs/Tree", "description": "a branch"});
        check_input(reference, &json!({"$ref": "#/$defs/Tree"}));
    }

    #[test]
    fn tidying_twice_changes_nothing_more() {
        let schema = json!({"type": ["object", "null"], "properties": {"a": {"oneOf": [{"const": 1}, {"type": "null"}]}}});
        let once = tidy(schema, Side::Output, false);
        check(Side::Output, false, once.clone(), &once);
    }
}
