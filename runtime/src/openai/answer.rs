//! Parses answers of the chat completions API, tolerating unexpected contents.

use action_sdk::Map;
use action_sdk::llm::{LlmChunk, LlmError, LlmErrorKind, LlmFinishReason, LlmResponse, LlmUsage};
use serde_json::Value as Json;

use super::failure;

/// Fields of an answer that are read into their own fields.
const KNOWN: [&str; 7] = [
    "model", "choices", "usage", "id", "object", "created", "error",
];

/// A whole answer.
pub(super) fn whole(body: &[u8]) -> Result<LlmResponse, LlmError> {
    let body = failure::without_mark(body);
    let answer: Json = serde_json::from_slice(body)
        .map_err(|error| failure::not_understood("it is no JSON", body).with_source(error))?;
    if let Some(error) = failure::in_answer(&answer) {
        return Err(error);
    }
    let choice = answer.pointer("/choices/0");
    let message = choice.and_then(|choice| choice.get("message"));
    let Some(message) = message.filter(|message| message.is_object()) else {
        return Err(failure::not_understood(
            "it has no `choices[0].message`",
            body,
        ));
    };
    let mut response = LlmResponse::new(content(message));
    response.reasoning = reasoning(message);
    response.tool_calls = list(message.get("tool_calls"));
    response.finish_reason = choice.and_then(finish_reason);
    response.usage = usage(&answer);
    response.model = text(answer.get("model"));
    response.request_id = text(answer.get("id"));
    response.extra = rest(&answer);
    if let Some(error) = refusal(message, &response) {
        return Err(error);
    }
    let response = response.settled()?;
    match response.text.trim().is_empty() && response.tool_calls.is_empty() {
        true => Err(LlmError::new(LlmErrorKind::Empty, "")),
        false => Ok(response),
    }
}

/// A piece of a streamed answer, without tool calls; `None` if it contains nothing.
pub(super) fn piece(answer: &Json) -> Option<LlmChunk> {
    let choice = answer.pointer("/choices/0");
    let usage = usage(answer);
    if choice.is_none() && usage.is_none() {
        return None;
    }
    let delta = choice.and_then(|choice| choice.get("delta"));
    let mut chunk = LlmChunk::new(delta.map(content).unwrap_or_default());
    chunk.reasoning = delta.and_then(reasoning);
    chunk.finish_reason = choice.and_then(finish_reason);
    chunk.usage = usage;
    chunk.model = text(answer.get("model"));
    chunk.request_id = text(answer.get("id"));
    chunk.extra = rest(answer);
    Some(chunk)
}

/// The part of the model's refusal that a piece adds.
pub(super) fn refusal_piece(answer: &Json) -> &str {
    let words = answer.pointer("/choices/0/delta/refusal");
    words.and_then(Json::as_str).unwrap_or_default()
}

/// The parts of tool calls in a piece.
pub(super) fn call_pieces(answer: &Json) -> &[Json] {
    let calls = answer.pointer("/choices/0/delta/tool_calls");
    calls.and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// A string, or the text parts of a list.
fn content(message: &Json) -> String {
    match message.get("content") {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(parts)) => parts
            .iter()
            .filter_map(|part| part.get("text")?.as_str())
            .collect(),
        _ => String::new(),
    }
}

/// `reasoning_content` in most services, `reasoning` in some.
fn reasoning(message: &Json) -> Option<String> {
    text(message.get("reasoning_content")).or_else(|| text(message.get("reasoning")))
}

fn finish_reason(choice: &Json) -> Option<LlmFinishReason> {
    let reason = text(choice.get("finish_reason"))?;
    Some(reason.as_str().into())
}

/// The error for an answer in which the model refuses.
fn refusal(message: &Json, response: &LlmResponse) -> Option<LlmError> {
    if !response.text.is_empty() || !response.tool_calls.is_empty() {
        return None;
    }
    let why = text(message.get("refusal"))?;
    Some(LlmError::new(LlmErrorKind::Refused, why))
}

fn usage(answer: &Json) -> Option<LlmUsage> {
    let told = answer.get("usage").filter(|usage| usage.is_object())?;
    let tokens = |path: &str| told.pointer(path).and_then(Json::as_u64);
    let mut usage = LlmUsage::new(
        tokens("/prompt_tokens").unwrap_or(0),
        tokens("/completion_tokens").unwrap_or(0),
    );
    usage.reasoning_tokens = tokens("/completion_tokens_details/reasoning_tokens");
    usage.cached_tokens = tokens("/prompt_tokens_details/cached_tokens");
    Some(usage)
}

fn rest(answer: &Json) -> Map {
    let fields = answer.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| !value.is_null() && !KNOWN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn list(value: Option<&Json>) -> Vec<Json> {
    value.and_then(Json::as_array).cloned().unwrap_or_default()
}

/// A non-empty string.
fn text(value: Option<&Json>) -> Option<String> {
    let text = value?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ANSWER: &str = r#"{"id":"c","model":"m","choices":[{"index":0,"message":{"content":"Gr\u00fc\u00df","tool_calls":[
        {"id":"a","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}"#;

    const NAMES: &[&str] = &[
        "choices",
        "message",
        "delta",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "index",
        "id",
        "usage",
        "prompt_tokens",
        "finish_reason",
        "refusal",
        "error",
        "code",
        "type",
        "text",
        "reasoning",
    ];

    /// Any JSON that roughly has the form of an answer.
    fn any_answer() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            "[a-z\u{e9}]{0,3}".prop_map(Json::from),
        ];
        leaf.prop_recursive(6, 64, 4, |inner| {
            let fields =
                proptest::collection::vec((proptest::sample::select(NAMES), inner.clone()), 0..6);
            let fields = fields.prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
            });
            prop_oneof![
                proptest::collection::vec(inner, 0..3).prop_map(Json::from),
                fields.prop_map(|fields| Json::Object(fields.collect())),
            ]
        })
    }

    #[test]
    fn an_answer_that_is_cut_anywhere_is_not_understood() {
        whole(ANSWER.as_bytes()).expect("the whole is an answer");
        for end in 0..ANSWER.len() {
            let error = whole(&ANSWER.as_bytes()[..end]).expect_err("a part is none");
            assert_eq!(
                error.kind(),
                LlmErrorKind::InvalidResponse,
                "of {end} bytes"
            );
        }
    }

    proptest! {
        #[test]
        fn what_has_no_message_is_no_answer(answer in any_answer()) {
            let read = whole(answer.to_string().as_bytes());
            let has_message = answer.pointer("/choices/0/message").is_some_and(Json::is_object);
            prop_assert!(has_message || read.is_err());
        }

        #[test]
        fn a_piece_adds_what_its_content_says(choice in any_answer()) {
            let answer = json!({"choices": [choice]});
            let text = piece(&answer).map(|chunk| chunk.text);
            let expected = choice.get("delta").map(content).unwrap_or_default();
            prop_assert_eq!(text, Some(expected));
            prop_assert!(call_pieces(&answer).len() <= 3);
        }
    }
}
