//! Reads YAML, and joins the settings of several files as the reference does.
//!
//! YAML 1.1 where people use it: `yes`, `no`, `on` and `off` are booleans, `012` is ten, `<<` merges. A key given twice
//! is an error. Unlike PyYAML, dates stay texts, `y` and `n` are booleans, and `1e3` is a number.

use serde_json::{Map, Value};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use super::error::{ConfigError, ConfigErrorKind};

/// Groups whose members are put together; of a member given twice the later value counts.
const MERGED: [&str; 2] = ["user_messages", "bot_messages"];

/// Lists that are appended to each other.
const APPENDED: [&str; 5] = ["instructions", "flows", "models", "prompts", "docs"];

/// Fields of which the latest file's counts (nemoguardrails 0.24.1).
const REPLACED: [&str; 17] = [
    "sample_conversation",
    "lowest_temperature",
    "enable_multi_step_generation",
    "colang_version",
    "event_source_uid",
    "custom_data",
    "prompting_mode",
    "knowledge_base",
    "core",
    "rails",
    "streaming",
    "passthrough",
    "raw_llm_call_action",
    "enable_rails_exceptions",
    "tracing",
    "metrics",
    "config_path",
];

/// The settings of one YAML text; `name` is what messages call it.
pub(super) fn read(name: &str, text: &str) -> Result<Map<String, Value>, ConfigError> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Merge,
        legacy_octal_numbers: true,
        strict_booleans: false,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        with_snippet: false,
    };
    let value: Option<Value> = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| malformed(name, error))?;
    match value.unwrap_or_default() {
        Value::Null => Ok(Map::new()),
        Value::Object(settings) => Ok(settings),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            let message = format!("{name}: settings are expected, each as `name: value`");
            Err(ConfigError::new(ConfigErrorKind::Yaml, message))
        }
    }
}

fn malformed(name: &str, error: serde_saphyr::Error) -> ConfigError {
    let place = error
        .location()
        .map_or_else(String::new, |at| format!(":{}:{}", at.line(), at.column()));
    let message = format!("{name}{place}: {error}");
    ConfigError::new(ConfigErrorKind::Yaml, message).caused_by(error)
}

/// Adds the settings of one more file.
pub(super) fn join(settings: &mut Map<String, Value>, more: Map<String, Value>) {
    let has_custom_data = settings.contains_key("custom_data") || more.contains_key("custom_data");
    let mut unknown = Map::new();
    for (name, value) in more {
        match name.as_str() {
            merged if MERGED.contains(&merged) => extend_object(settings, &name, value),
            appended if APPENDED.contains(&appended) => append(settings, &name, value, false),
            "import_paths" => append(settings, &name, value, true),
            "actions_server_url" => {
                let known = settings.entry(name).or_insert(Value::Null);
                if known.is_null() {
                    *known = value;
                }
            }
            replaced if REPLACED.contains(&replaced) => {
                settings.insert(name, value);
            }
            _ => {
                unknown.insert(name, value);
            }
        }
    }
    if has_custom_data {
        extend_object(settings, "custom_data", Value::Object(unknown));
    } else {
        settings.extend(unknown);
    }
}

/// What is no object, or no list, is kept as it is: reading the whole tells what is wrong with it.
fn extend_object(settings: &mut Map<String, Value>, name: &str, value: Value) {
    match (settings.get_mut(name), value) {
        (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
        (_, other) => {
            settings.insert(name.to_owned(), other);
        }
    }
}

fn append(settings: &mut Map<String, Value>, name: &str, value: Value, once: bool) {
    match (settings.get_mut(name), value) {
        (Some(_), Value::Null) => {}
        (Some(Value::Array(known)), Value::Array(more)) => {
            for item in more {
                if !once || !known.contains(&item) {
                    known.push(item);
                }
            }
        }
        (_, other) => {
            settings.insert(name.to_owned(), other);
        }
    }
}
