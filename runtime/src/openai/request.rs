//! The body of a request: messages and options in the form of the chat completions API.

use action_sdk::Map;
use action_sdk::llm::{LlmError, LlmMessage, LlmOptions, LlmRequest};
use serde_json::{Value as Json, json};

use super::foreign::of_the_call;

/// The body of a request. Options of the request take precedence over those of the model.
pub(super) fn body(model: &str, options: &Map, request: LlmRequest) -> Result<Map, LlmError> {
    let messages = request.prompt.into_messages();
    let messages: Result<Vec<Json>, LlmError> = messages.iter().map(message).collect();
    let mut all = options.clone();
    all.extend(written(request.options));
    if let Some((name, why)) = all.keys().find_map(|name| Some((name, of_the_call(name)?))) {
        return Err(LlmError::invalid_request(format!("`{name}` {why}")));
    }
    if thinks_first(model) {
        fit_to_reasoning(&mut all);
    }
    let mut body = Map::new();
    body.insert("model".to_owned(), model.into());
    body.insert("messages".to_owned(), messages?.into());
    body.extend(all);
    Ok(body)
}

/// Asks for a streamed answer and, unless the service does not support that, for the token usage at its end.
pub(super) fn streamed(mut body: Map, usage: bool) -> Map {
    body.insert("stream".to_owned(), true.into());
    if usage {
        let options = body.entry("stream_options");
        options.or_insert_with(|| json!({"include_usage": true}));
    }
    body
}

fn message(message: &LlmMessage) -> Result<Json, LlmError> {
    let mut written = serde_json::to_value(message)
        .map_err(|error| LlmError::invalid_request("a message is no JSON").with_source(error))?;
    if let Some(fields) = written.as_object_mut() {
        fields.shift_remove("provider_metadata");
    }
    let calls = written.get_mut("tool_calls").and_then(Json::as_array_mut);
    calls.into_iter().flatten().for_each(arguments_as_text);
    Ok(written)
}

/// The API expects the arguments of a tool call as a string that contains JSON.
fn arguments_as_text(call: &mut Json) {
    if let Some(arguments) = call.pointer_mut("/function/arguments")
        && !arguments.is_string()
    {
        *arguments = arguments.to_string().into();
    }
}

fn written(options: LlmOptions) -> Map {
    let mut written = options.extra;
    let fields = [
        (
            "stop",
            (!options.stop.is_empty()).then(|| options.stop.into()),
        ),
        ("max_tokens", options.max_tokens.map(Json::from)),
        ("temperature", options.temperature.map(Json::from)),
        ("top_p", options.top_p.map(Json::from)),
        ("seed", options.seed.map(Json::from)),
    ];
    let set = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    written.extend(set);
    written
}

/// Whether OpenAI's model of this name is a reasoning model (nemoguardrails 0.24.1). Services that resell models put
/// the vendor before the name, as in `openai/gpt-5-mini`, and some a variant after it, as in `openai/o3:free`.
fn thinks_first(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model).to_lowercase();
    let family = |family: &str| {
        let rest = name.strip_prefix(family);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':']))
    };
    match family("gpt-5") {
        true => !name.contains("chat"),
        false => {
            ["o1", "o3", "o4"].into_iter().any(family)
                || name.starts_with("gpt-5.")
                || name.starts_with("gpt-6")
        }
    }
}

/// Reasoning models refuse `temperature` and `stop`, and use the newer name of `max_tokens`.
fn fit_to_reasoning(options: &mut Map) {
    options.shift_remove("temperature");
    options.shift_remove("stop");
    let limit = options.shift_remove("max_tokens");
    if let Some(limit) = limit.filter(|limit| !limit.is_null()) {
        options.entry("max_completion_tokens").or_insert(limit);
    }
}
