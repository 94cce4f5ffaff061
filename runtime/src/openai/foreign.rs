//! Parameters that cannot be meant for the service: names used by other clients, keys, and those that each call sets
//! itself.

use action_sdk::{Map, nearest_name};
use serde_json::Value as Json;

/// The parameters of this client.
const OURS: [&str; 8] = [
    "base_url",
    "api_key",
    "timeout",
    "connect_timeout",
    "max_retries",
    "default_headers",
    "default_query",
    "include_usage_in_stream",
];

/// Parameters that exist only for Azure.
const OF_AZURE: [&str; 3] = ["azure_endpoint", "azure_deployment", "api_version"];

/// Parameters that each call sets itself, with what to do instead.
const OF_THE_CALL: [(&str, &str); 8] = [
    ("stream", "is for each call to say, leave it out"),
    ("streaming", "is for each call to say, leave it out"),
    ("messages", "are for each call to say, leave it out"),
    ("prompt", "is for each call to say, leave it out"),
    ("model", "is given in `model`, beside `engine`"),
    ("model_name", "is given in `model`, beside `engine`"),
    ("n", "would ask for answers that nobody reads, leave it out"),
    (
        "stream_options",
        "is for each call to say, write `include_usage_in_stream: false` if the service does not know it",
    ),
];

/// Names used by other clients, without `_` and `-`, with ours.
const FOREIGN: [(&str, &str); 33] = [
    ("openaiapibase", "`base_url`"),
    ("openaibaseurl", "`base_url`"),
    ("apibase", "`base_url`"),
    ("apiurl", "`base_url`"),
    ("nvidiabaseurl", "`base_url`"),
    ("serverurl", "`base_url`"),
    ("inferenceserverurl", "`base_url`"),
    ("endpoint", "`base_url`"),
    ("endpointurl", "`base_url`"),
    ("url", "`base_url`"),
    ("host", "`base_url`"),
    ("azureopenaiendpoint", "`azure_endpoint`"),
    ("deployment", "`azure_deployment`"),
    ("deploymentname", "`azure_deployment`"),
    ("deploymentid", "`azure_deployment`"),
    ("azuredeploymentname", "`azure_deployment`"),
    ("openaiapiversion", "`api_version`"),
    ("openaiapitype", "the engine `azure`"),
    ("modelid", "`model`, beside `engine`"),
    (
        "modelkwargs",
        "what stands in it one level up, in `parameters`",
    ),
    (
        "extrabody",
        "what stands in it one level up, in `parameters`",
    ),
    ("requesttimeout", "`timeout`"),
    ("timeoutseconds", "`timeout`"),
    ("maxretry", "`max_retries`"),
    ("numretries", "`max_retries`"),
    ("headers", "`default_headers`"),
    ("extraheaders", "`default_headers`"),
    ("query", "`default_query`"),
    ("extraquery", "`default_query`"),
    ("streamusage", "`include_usage_in_stream`"),
    (
        "organization",
        "`default_headers: {OpenAI-Organization: …}`",
    ),
    (
        "openaiorganization",
        "`default_headers: {OpenAI-Organization: …}`",
    ),
    ("openaiproxy", "the environment variable `HTTPS_PROXY`"),
];

/// Parts of the names of keys, without `_` and `-`.
const KEYS: [&str; 7] = [
    "apikey",
    "secret",
    "password",
    "authorization",
    "accesstoken",
    "authtoken",
    "credential",
];

/// What is wrong with the names of these parameters, each as a sentence about it.
pub(super) fn problems(parameters: &Map, is_azure: bool) -> Vec<String> {
    let fields = parameters.iter().filter(|(_, value)| !value.is_null());
    let told = fields.filter_map(|(name, value)| {
        let why = problem(name, value, is_azure)?;
        Some(format!("`parameters.{name}` {why}"))
    });
    told.collect()
}

fn problem(name: &str, value: &Json, is_azure: bool) -> Option<String> {
    if OURS.contains(&name) || is_azure && OF_AZURE.contains(&name) {
        return None;
    }
    if OF_AZURE.contains(&name) {
        return Some("is for the engine `azure`, write `engine: azure`".to_owned());
    }
    if let Some(why) = of_the_call(name) {
        return Some(why.to_owned());
    }
    let plain = plain(name);
    let spelt = |ours: &&&str| self::plain(ours) == plain;
    if let Some(ours) = OURS.iter().chain(&OF_AZURE).find(spelt) {
        return Some(another_name(&format!("`{ours}`")));
    }
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == plain) {
        return Some(another_name(ours));
    }
    if is_key(&plain) || holds_key(value) {
        let instead = "`api_key`, or better the environment variable in `api_key_env_var`";
        return Some(format!(
            "is or holds a key, which a service must not find in a request; write {instead}"
        ));
    }
    if ["openai", "azure", "nvidia", "langchain"]
        .iter()
        .any(|other| plain.starts_with(other))
    {
        let ours = OURS.map(|ours| format!("`{ours}`")).join(", ");
        return Some(format!(
            "is a name of another client; here there are {ours}"
        ));
    }
    let near = nearest_name(name, OURS).filter(|ours| is_near(name, ours))?;
    Some(format!(
        "is no parameter of this client; did you mean `{near}`?"
    ))
}

/// The advice for a parameter that each call sets itself.
pub(super) fn of_the_call(name: &str) -> Option<&'static str> {
    let found = OF_THE_CALL.iter().find(|(own, _)| *own == name);
    found.map(|(_, why)| *why)
}

fn another_name(ours: &str) -> String {
    format!("is what another client calls it, write {ours}")
}

/// Whether the difference is likely a typing error: same beginning, nearly the same length. Services have many
/// parameters.
fn is_near(name: &str, ours: &str) -> bool {
    name.len().abs_diff(ours.len()) <= 1 && name.get(..3) == ours.get(..3)
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

fn is_key(plain: &str) -> bool {
    ["key", "token", "auth"].contains(&plain)
        || plain.ends_with("token") && !["stoptoken", "eostoken", "bostoken"].contains(&plain)
        || KEYS.iter().any(|part| plain.contains(part))
}

/// Whether the value contains a key at any depth.
fn holds_key(value: &Json) -> bool {
    match value {
        Json::Object(fields) => fields
            .iter()
            .any(|(name, value)| value.is_string() && is_key(&plain(name)) || holds_key(value)),
        Json::Array(items) => items.iter().any(holds_key),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => false,
    }
}
