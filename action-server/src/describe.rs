//! What callers can learn about an action before they call it: names, arguments, result, hints.
//!
//! With the feature `schema`, arguments and result have the JSON Schemas of their types; without it the types that
//! everybody knows are named.

use action_sdk::serde_json::{Map, Value, json};
use action_sdk::{ActionDescriptor, ToolHints};

/// The description of an action, for `GET /v1/actions/{name}`.
pub(crate) fn description(action: &ActionDescriptor) -> Value {
    let aliases: Vec<&str> = action.aliases().collect();
    let context: Vec<&str> = action.context_variables().collect();
    json!({
        "name": action.name(),
        "aliases": aliases,
        "title": action.title(),
        "description": action.description(),
        "parameters": parameters(action),
        "result": result(action),
        "context": context,
        "execute_async": action.execute_async(),
        "timeout": action.timeout().map(|time| time.as_secs_f64()),
        "hints": hints(action.hints()),
    })
}

/// The hints that the author gave; the others are left out.
fn hints(hints: ToolHints) -> Map<String, Value> {
    let all = [
        ("read_only", hints.read_only),
        ("idempotent", hints.idempotent),
        ("destructive", hints.destructive),
        ("open_world", hints.open_world),
    ];
    let given = all.into_iter();
    given
        .filter_map(|(name, hint)| Some((name.to_owned(), hint?.into())))
        .collect()
}

/// The JSON Schema of the arguments, as one object.
#[cfg(feature = "schema")]
pub(crate) fn parameters(action: &ActionDescriptor) -> Value {
    Value::Object(action.input_schema())
}

/// The JSON Schema of the result; `None` if it is not known.
#[cfg(feature = "schema")]
pub(crate) fn result(action: &ActionDescriptor) -> Option<Value> {
    action.output_schema()
}

/// The JSON Schema of the arguments, as far as the names of their types tell.
#[cfg(not(feature = "schema"))]
pub(crate) fn parameters(action: &ActionDescriptor) -> Value {
    use action_sdk::ParamKind;
    let params = || {
        let params = action.params().iter();
        params.filter(|param| param.kind() == ParamKind::Argument)
    };
    let properties: Map<String, Value> = params()
        .map(|param| (param.name().to_owned(), untyped::argument(param)))
        .collect();
    let required = params().filter(|param| !param.is_optional());
    let required: Vec<&str> = required.map(action_sdk::ParamDescriptor::name).collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["additionalProperties"] = json!(action.accepts_any_argument());
    schema
}

/// Nothing is known without the feature `schema`.
#[cfg(not(feature = "schema"))]
pub(crate) fn result(_action: &ActionDescriptor) -> Option<Value> {
    None
}

/// Schemas without the feature `schema`.
#[cfg(not(feature = "schema"))]
mod untyped {
    use action_sdk::ParamDescriptor;
    use action_sdk::serde_json::{Value, json};

    pub(super) fn argument(param: &ParamDescriptor) -> Value {
        let mut schema = json!({});
        if !param.description().is_empty() {
            schema["description"] = json!(param.description());
        }
        if let Some(known) = json_type(param.type_name()) {
            schema["type"] = json!(known);
        }
        schema["x-rust-type"] = json!(param.type_name());
        schema
    }

    /// The JSON type of a well-known Rust type.
    fn json_type(name: &str) -> Option<&'static str> {
        let name = name.replace(' ', "");
        let optional = name.strip_prefix("Option<");
        let name = optional
            .and_then(|name| name.strip_suffix('>'))
            .unwrap_or(&name);
        match name {
            "bool" => Some("boolean"),
            "f32" | "f64" => Some("number"),
            "String" | "&str" | "&'staticstr" => Some("string"),
            "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" => {
                Some("integer")
            }
            name if name.starts_with("Vec<") => Some("array"),
            _ => None,
        }
    }
}
