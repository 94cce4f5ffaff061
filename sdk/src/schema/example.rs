//! A small value that fits a schema, to be shown to a caller who sent an invalid one.

use serde_json::{Map, Value, json};

/// A minimal value that fits the schema: a default or an example if the schema has one, objects with only their
/// required members. Patterns, or conditions between members, are not satisfied.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 3}},
///     "required": ["city", "days"],
/// });
/// assert_eq!(action_sdk::schema::example(&schema), json!({"city": "text", "days": 3}));
/// ```
#[must_use]
pub fn example(schema: &Value) -> Value {
    Example { root: schema }.of(schema, 0)
}

/// The maximum depth of an example: a schema may be recursive.
const DEEPEST: usize = 16;

/// From this depth on a list that may be empty is empty, so that the example of a tree comes to an end.
const SHALLOW: usize = 4;

struct Example<'a> {
    root: &'a Value,
}

impl<'a> Example<'a> {
    fn of(&self, schema: &'a Value, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        let first = |key: &str| schema.get(key).and_then(|values| values.get(0));
        let told = schema.get("default").or_else(|| first("examples"));
        if let Some(value) = told
            .or_else(|| first("enum"))
            .or_else(|| schema.get("const"))
        {
            return value.clone();
        }
        if let Some(chosen) = self.chosen(schema) {
            return self.of(chosen, depth + 1);
        }
        match type_of(schema) {
            "string" => text(schema),
            "integer" => schema.get("minimum").cloned().unwrap_or(json!(1)),
            "number" => schema.get("minimum").cloned().unwrap_or(json!(1.5)),
            "boolean" => json!(true),
            "null" => Value::Null,
            "array" => self.list(schema, depth),
            "object" => self.object(schema, depth),
            _ => json!("anything"),
        }
    }

    /// The effective schema: the target of a reference, the first alternative.
    fn chosen(&self, schema: &'a Value) -> Option<&'a Value> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.root.pointer(reference.strip_prefix('#')?);
        }
        let first = |key: &str| schema.get(key).and_then(|schemas| schemas.get(0));
        first("anyOf")
            .or_else(|| first("oneOf"))
            .or_else(|| first("allOf"))
    }

    fn list(&self, schema: &'a Value, depth: usize) -> Value {
        const MOST: u64 = 8;
        let least = schema.get("minItems").and_then(Value::as_u64);
        let least = least.unwrap_or(u64::from(depth < SHALLOW));
        let item = schema.get("items").map(|items| self.of(items, depth + 1));
        let items = item
            .into_iter()
            .cycle()
            .take(usize::try_from(least.min(MOST)).unwrap_or(1));
        Value::Array(items.collect())
    }

    fn object(&self, schema: &'a Value, depth: usize) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        let names = required.into_iter().flatten().filter_map(Value::as_str);
        let member = |name: &str| {
            let value = schema.get("properties").and_then(|all| all.get(name));
            let value = value.map_or(Value::Null, |schema| self.of(schema, depth + 1));
            (name.to_owned(), value)
        };
        Value::Object(Map::from_iter(names.map(member)))
    }
}

/// The type, or the type implied by the other keywords.
fn type_of(schema: &Value) -> &str {
    let told = match schema.get("type") {
        Some(Value::Array(types)) => types.first(),
        told => told,
    };
    match told.and_then(Value::as_str) {
        Some(told) => told,
        None if schema.get("properties").is_some() => "object",
        None if schema.get("items").is_some() => "array",
        None => "",
    }
}

fn text(schema: &Value) -> Value {
    let text = match schema.get("format").and_then(Value::as_str) {
        Some("date") => "2026-01-31",
        Some("date-time") => "2026-01-31T12:00:00Z",
        Some("time") => "12:00:00Z",
        Some("email") => "someone@example.org",
        Some("uri") => "https://example.org",
        Some("uuid") => "123e4567-e89b-42d3-a456-426614174000",
        Some(_) | None => "text",
    };
    json!(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: &Value, expected: &Value) {
        assert_eq!(&example(schema), expected);
    }

    #[test]
    fn a_default_is_the_best_example() {
        check(&json!({"type": "integer", "default": 10}), &json!(10));
    }

    #[test]
    fn an_enumeration_gives_its_first_value() {
        check(&json!({"enum": ["small", "large"]}), &json!("small"));
    }

    #[test]
    fn a_list_has_as_many_items_as_it_must() {
        check(
            &json!({"type": "array", "items": {"type": "boolean"}, "minItems": 2}),
            &json!([true, true]),
        );
    }

    #[test]
    fn a_tree_has_an_example_that_fits() {
        let near = json!({"type": "array", "items": {"$ref": "#/$defs/Place"}});
        let place = json!({"type": "object", "properties": {"near": near}, "required": ["near"]});
        let schema = json!({"$ref": "#/$defs/Place", "$defs": {"Place": place}});
        check(&schema, &json!({"near": [{"near": []}]}));
    }

    #[test]
    fn a_schema_that_contains_itself_comes_to_an_end() {
        let node = json!({"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}, "required": ["next"]});
        let schema = json!({"$ref": "#/$defs/N", "$defs": {"N": node}});
        assert!(example(&schema).is_object());
    }

    #[test]
    fn a_reference_to_nowhere_is_anything() {
        assert!(!example(&json!({"$ref": "#/$defs/Gone"})).is_object());
    }
}
