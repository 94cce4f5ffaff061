//! Settings that may contain secrets: programs can read them, but they are never printed, serialized or said.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What is shown in place of a secret.
const HIDDEN: &str = "***";

/// Parts of setting names that mark a secret, in lower case and without `_` and `-`.
const SECRET: [&str; 12] = [
    "apikey",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credential",
    "authorization",
    "privatekey",
    "accesskey",
    "connectionstring",
    "cookie",
    "header",
];

/// Endings of such names; `max_tokens` and `tokenizer` are not secret.
const SECRET_ENDS: [&str; 4] = ["token", "auth", "dsn", "pwd"];

/// The model parameters that are shown; all other strings are hidden.
const TOLD: [&str; 13] = [
    "api_version",
    "azure_deployment",
    "azure_endpoint",
    "base_url",
    "effort",
    "mode",
    "model",
    "model_name",
    "reasoning_effort",
    "service_tier",
    "type",
    "verbosity",
    "stop",
];

/// Settings with arbitrary names. Code can read them like a [`Map`]. Where they are printed or serialized, which is
/// also how flows and prompts see them, the value of a name like `api_key`, `token` or `password` is `***`, and so is
/// a password in a URL.
///
/// ```
/// use action_sdk::config::Settings;
///
/// let settings: Settings = serde_json::from_str(r#"{"url": "https://me:pw@example.com", "api_key": "sk-1"}"#)?;
/// assert_eq!(settings["api_key"], "sk-1");
/// assert_eq!(serde_json::to_string(&settings)?, r#"{"url":"https://***@example.com","api_key":"***"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Settings(Map<String, Value>);

/// The parameters of a model, which may contain keys. Only the client of the model needs those, and calls
/// [`reveal`](Self::reveal).
///
/// Where the parameters are printed or serialized, which is also how flows and prompts see them, only numbers,
/// booleans and the location of the model are shown; every other string is `***`.
///
/// ```
/// use action_sdk::config::ModelParameters;
///
/// let parameters: ModelParameters = serde_json::from_str(r#"{"temperature": 0.2, "api_key": "sk-1"}"#)?;
/// assert_eq!(parameters.reveal()["api_key"], "sk-1");
/// assert_eq!(format!("{parameters:?}"), r#"{"temperature": Number(0.2), "api_key": String("***")}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct ModelParameters(Map<String, Value>);

impl Settings {
    /// No settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn told(&self) -> Map<String, Value> {
        told_fields(&self.0, &told)
    }
}

impl ModelParameters {
    /// The parameters including secrets. Do not print or log them.
    pub fn reveal(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Removes a parameter and returns it.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name)
    }

    fn told(&self) -> Map<String, Value> {
        told_fields(&self.0, &told_parameter)
    }
}

impl Deref for Settings {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Settings {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Map<String, Value>> for Settings {
    fn from(settings: Map<String, Value>) -> Self {
        Self(settings)
    }
}

impl From<Map<String, Value>> for ModelParameters {
    fn from(parameters: Map<String, Value>) -> Self {
        Self(parameters)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.told()).finish()
    }
}

impl fmt::Debug for ModelParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.told()).finish()
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

impl Serialize for ModelParameters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        table(deserializer, "a table of names and values").map(Self)
    }
}

impl<'de> Deserialize<'de> for ModelParameters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        table(deserializer, "a table such as `{temperature: 0.2}`").map(Self)
    }
}

/// The error does not quote the value that was found, because it could be a key.
fn table<'de, D: Deserializer<'de>>(
    deserializer: D,
    wanted: &str,
) -> Result<Map<String, Value>, D::Error> {
    let found = match Value::deserialize(deserializer)? {
        Value::Object(fields) => return Ok(fields),
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
    };
    Err(D::Error::custom(format!(
        "{wanted} is expected, not {found}"
    )))
}

/// The name of an environment variable; a key that was given in its place is hidden.
pub(super) fn variable<S: Serializer>(
    variable: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    told_variable(variable.as_deref()).serialize(serializer)
}

/// Like [`variable`], for printing.
pub(super) fn told_variable(variable: Option<&str>) -> Option<&str> {
    let is_name = |text: &&str| {
        text.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    variable.map(|text| Some(text).filter(is_name).unwrap_or(HIDDEN))
}

/// A URL without user name and password.
pub(super) fn address<S: Serializer>(
    address: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    address.as_deref().map(told_text).serialize(serializer)
}

/// The names of values that may all be secret.
pub(super) fn values<S: Serializer>(
    values: &BTreeMap<String, String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.keys().map(|name| (name, HIDDEN)))
}

/// How many texts there are that may all be secret.
pub(super) fn texts<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|_| HIDDEN))
}

/// How the value of a name is shown.
type Tell = dyn Fn(&str, &Value) -> Value;

fn told_fields(fields: &Map<String, Value>, tell: &Tell) -> Map<String, Value> {
    let fields = fields.iter();
    fields
        .map(|(name, value)| (name.clone(), tell(name, value)))
        .collect()
}

fn told(name: &str, value: &Value) -> Value {
    match is_secret(name) {
        true => hidden(value),
        false => inside(value, name, &told),
    }
}

fn told_parameter(name: &str, value: &Value) -> Value {
    let is_told = TOLD.contains(&name) && !is_secret(name);
    match (value, is_told) {
        (Value::String(text), false) if !text.is_empty() => HIDDEN.into(),
        _ if is_secret(name) => hidden(value),
        _ => inside(value, name, &told_parameter),
    }
}

fn inside(value: &Value, name: &str, tell: &Tell) -> Value {
    match value {
        Value::String(text) => told_text(text).into(),
        Value::Array(items) => items.iter().map(|item| tell(name, item)).collect(),
        Value::Object(fields) => told_fields(fields, tell).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A secret, of which only the shape is shown.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let hide: &Tell = &|_, value| hidden(value);
            told_fields(fields, hide).into()
        }
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) | Value::String(_) => HIDDEN.into(),
    }
}

fn is_secret(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    name == "key"
        || SECRET.iter().any(|part| name.contains(part))
        || SECRET_ENDS.iter().any(|end| name.ends_with(end))
}

/// Removes user names and passwords from URLs, and their query parameters, which may contain keys.
fn told_text(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = match host.rsplit_once('@') {
        Some((_, host)) => format!("{HIDDEN}@{host}"),
        None => host.to_owned(),
    };
    let path = match path.split_once('?') {
        Some((path, _)) => format!("{path}?{HIDDEN}"),
        None => path.to_owned(),
    };
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::RailsConfig;

    const MARK: &str = "MARKED";

    /// A configuration with a secret in each place where people put one.
    fn marked() -> RailsConfig {
        let secrets = json!({
            "api_key": MARK, "x": {"auth_token": MARK, "headers": {"X-A": MARK}}, "list": [{"Password": MARK}],
            "url": format!("https://me:{MARK}@example.com/v1?sig={MARK}"), "key": MARK, "private-key": [MARK],
        });
        let mut parameters = secrets.clone();
        parameters["user"] = MARK.into();
        parameters["base_url"] = secrets["url"].clone();
        parameters["default_headers"] =
            json!({"Authorization": MARK, "api-key": MARK, "X-Plain": MARK});
        parameters["default_query"] = json!({"sig": MARK});
        let model = json!({
            "type": "main", "engine": "openai", "model": "m", "api_key_env_var": format!("sk-{MARK}"),
            "parameters": parameters, "api_key": MARK, "cache": {"stats": secrets, "token": MARK},
        });
        let provider =
            json!({"name": "x", "parameters": secrets, "cache": secrets, "secret": MARK});
        let config = json!({
            "models": [model], "actions_server_url": secrets["url"], "custom_data": secrets, "OPENAI_API_KEY": MARK,
            "knowledge_base": {"embedding_search_provider": provider, "token": MARK},
            "core": {"embedding_search_provider": provider, "x": secrets},
            "tracing": {"adapters": [{"name": "x", "headers": {"a": MARK}, "dsn": MARK}], "x": secrets},
            "metrics": {"x": secrets},
            "rails": {"config": {"x": secrets}, "x": secrets, "input": {"x": secrets}, "output": {"x": secrets}},
        });
        serde_json::from_value(config).expect("a configuration")
    }

    #[track_caller]
    fn check(shown: &str) {
        let at = shown.find(MARK);
        let around = at.map(|at| &shown[at.saturating_sub(80)..at + MARK.len()]);
        assert_eq!(around, None);
    }

    #[test]
    fn no_debug_text_has_a_secret() {
        check(&format!("{:?}", marked()));
        check(&format!("{:#?}", marked().models));
    }

    #[test]
    fn no_json_has_a_secret() {
        check(&serde_json::to_string(&marked()).expect("writable"));
        check(&serde_json::to_string(&marked().models).expect("writable"));
    }

    #[test]
    fn a_program_reads_its_secrets() {
        let config = marked();
        assert_eq!(
            config.custom::<&str>("api_key").expect("a text"),
            Some(MARK)
        );
        assert_eq!(config.models[0].parameters.reveal()["api_key"], MARK);
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        let parameters = json!({
            "base_url": "https://example.com/v1", "temperature": 0.2, "max_tokens": 7, "logprobs": true,
            "stop": ["\n"], "reasoning_effort": "low",
        });
        let read: ModelParameters = serde_json::from_value(parameters.clone()).expect("a table");
        assert_eq!(serde_json::to_value(read).expect("writable"), parameters);
        let settings = json!({"tokenizer": "x", "max_tokens": 7, "author": "Ada", "monkey": "x", "url": "a://b/c"});
        let read: Settings = serde_json::from_value(settings.clone()).expect("a table");
        assert_eq!(serde_json::to_value(read).expect("writable"), settings);
    }

    #[test]
    fn a_key_in_the_place_of_a_table_is_not_repeated() {
        let parameters = serde_json::from_value::<ModelParameters>(MARK.into());
        let settings = serde_json::from_value::<RailsConfig>(json!({"custom_data": MARK}));
        let errors = [
            parameters.expect_err("no table").to_string(),
            settings.expect_err("no table").to_string(),
        ];
        assert_eq!(
            errors,
            [
                "a table such as `{temperature: 0.2}` is expected, not a string",
                "a table of names and values is expected, not a string",
            ]
        );
    }
}
