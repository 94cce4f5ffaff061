//! The schemas of actions as components of the document: references inside them are moved along.

use crate::describe;
use action_sdk::ActionDescriptor;
use action_sdk::serde_json::{Map, Value, json};

/// A reference to a component.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Adds the schema of an action's arguments. Returns the reference to it.
pub(super) fn parameters(action: &ActionDescriptor, schemas: &mut Map<String, Value>) -> Value {
    let name = format!("{}Parameters", action.name());
    add(name, describe::parameters(action), schemas)
}

/// Adds the schema of an action's result, if it is known. Returns the reference to it.
pub(super) fn result(action: &ActionDescriptor, schemas: &mut Map<String, Value>) -> Option<Value> {
    let name = format!("{}Result", action.name());
    Some(add(name, describe::result(action)?, schemas))
}

fn add(name: String, mut schema: Value, schemas: &mut Map<String, Value>) -> Value {
    move_references(&mut schema, &name);
    let reference = reference(&name);
    schemas.insert(name, schema);
    reference
}

/// Schemas refer to their own definitions from their root, which is not the root of the document.
fn move_references(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value.as_str().filter(|_| key == "$ref") {
                    Some(target) if target.starts_with('#') => {
                        let path = &target[1..];
                        *value = format!("#/components/schemas/{name}{path}").into();
                    }
                    Some(_) | None => move_references(value, name),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                move_references(item, name);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Arguments that fit the action.
#[cfg(feature = "schema")]
pub(super) fn example(action: &ActionDescriptor) -> Value {
    action_sdk::schema::example(&describe::parameters(action))
}

/// Arguments of the right names. Their types are not known without the feature `schema`.
#[cfg(not(feature = "schema"))]
pub(super) fn example(action: &ActionDescriptor) -> Value {
    let schema = describe::parameters(action);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let value = |name: &str| match schema["properties"][name]["type"].as_str() {
        Some("boolean") => json!(true),
        Some("number") => json!(1.5),
        Some("integer") => json!(1),
        Some("array") => json!([]),
        Some(_) | None => json!("text"),
    };
    let names = required.iter().filter_map(Value::as_str);
    names.map(|name| (name.to_owned(), value(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_moved_to_where_the_schema_is() {
        let node =
            json!({"properties": {"next": {"$ref": "#/$defs/Node"}, "$ref": {"type": "string"}}});
        let mut schemas = Map::new();
        let schema = json!({"$ref": "#/$defs/Node", "$defs": {"Node": node}});
        add("AParameters".to_owned(), schema, &mut schemas);
        let schema = &schemas["AParameters"];
        let target = "#/components/schemas/AParameters/$defs/Node";
        assert_eq!(schema["$ref"], target);
        assert_eq!(
            schema["$defs"]["Node"]["properties"]["next"]["$ref"],
            target
        );
        assert!(
            Value::Object(schemas.clone())
                .pointer(&target["#/components/schemas".len()..])
                .is_some()
        );
    }
}
