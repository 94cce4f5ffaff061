//! Requests: URL, headers and body.

use action_sdk::llm::{LlmMessage, LlmRequest};
use action_sdk_runtime::openai::{OpenAi, OpenAiBuilder};
use serde_json::{Value, json};

use crate::server::{Asked, asked};

#[track_caller]
fn check_body(request: LlmRequest, expected: Value) {
    assert_eq!(asked(|model| model, request).body, expected);
}

/// Checks the fields besides `model` and `messages`.
#[track_caller]
fn check_options(model: &str, request: LlmRequest, expected: Value) {
    let name = model.to_owned();
    let mut body = asked(|here| OpenAi::builder(name).base_url(url(&here)), request).body;
    let fields = body.as_object_mut().expect("an object");
    fields.shift_remove("model");
    fields.shift_remove("messages");
    assert_eq!(body, expected, "for {model}");
}

/// The URL of the model of the test.
fn url(builder: &OpenAiBuilder) -> String {
    use action_sdk::Llm;
    let model = builder.clone().build().expect("a model");
    model.provider_url().expect("an address").to_owned()
}

fn plain(build: impl FnOnce(OpenAiBuilder) -> OpenAiBuilder) -> Asked {
    asked(build, "ice?")
}

fn with_options() -> LlmRequest {
    let request = LlmRequest::text("ice?").temperature(0.5).max_tokens(7);
    request.stop(["\n", "User:"]).top_p(0.25).seed(3)
}

#[test]
fn a_text_is_the_users_message() {
    let messages = json!([{"role": "user", "content": "ice?"}]);
    check_body(
        LlmRequest::text("ice?"),
        json!({"model": "test-1", "messages": messages}),
    );
}

#[test]
fn messages_go_out_in_order() {
    let prompt = [LlmMessage::system("be brief"), LlmMessage::user("ice?")];
    let messages =
        json!([{"role": "system", "content": "be brief"}, {"role": "user", "content": "ice?"}]);
    check_body(
        LlmRequest::chat(prompt),
        json!({"model": "test-1", "messages": messages}),
    );
}

#[test]
fn the_arguments_of_a_call_are_a_text() {
    let message: LlmMessage = serde_json::from_value(json!({
        "role": "assistant",
        "tool_calls": [{"id": "c", "function": {"name": "weigh", "arguments": {"kg": 3}}}],
        "provider_metadata": {"a": 1},
    }))
    .expect("a message");
    let calls = json!([{"id": "c", "function": {"name": "weigh", "arguments": "{\"kg\":3}"}}]);
    let messages = json!([{"role": "assistant", "tool_calls": calls}]);
    check_body(
        LlmRequest::chat([message]),
        json!({"model": "test-1", "messages": messages}),
    );
}

#[test]
fn options_go_out() {
    let expected = json!({"stop": ["\n", "User:"], "max_tokens": 7, "temperature": 0.5, "top_p": 0.25, "seed": 3});
    check_options("gpt-4o", with_options(), expected);
}

#[test]
fn other_options_go_out() {
    let request = LlmRequest::text("ice?").with("logit_bias", json!({"5": 1}));
    check_options("gpt-4o", request, json!({"logit_bias": {"5": 1}}));
}

#[test]
fn a_reasoning_model_gets_what_it_takes() {
    for model in [
        "o1",
        "o3-mini",
        "gpt-5",
        "gpt-5-nano",
        "gpt-5.1",
        "gpt-6",
        "openai/gpt-5-mini",
        "azure/o1",
        "router/openai/o3:free",
    ] {
        let expected = json!({"top_p": 0.25, "seed": 3, "max_completion_tokens": 7});
        check_options(model, with_options(), expected);
    }
}

#[test]
fn a_chat_model_of_that_family_gets_everything() {
    let expected = json!({"stop": ["\n", "User:"], "max_tokens": 7, "temperature": 0.5, "top_p": 0.25, "seed": 3});
    check_options("gpt-5-chat-latest", with_options(), expected);
}

#[test]
fn a_limit_of_its_own_name_stays() {
    let request = LlmRequest::text("ice?")
        .max_tokens(7)
        .with("max_completion_tokens", 9);
    check_options("o1", request, json!({"max_completion_tokens": 9}));
}

#[test]
fn options_of_the_model_go_out() {
    let body = plain(|model| model.option("temperature", 0.1)).body;
    assert_eq!(body["temperature"], 0.1);
}

#[test]
fn options_of_the_request_count_first() {
    let request = LlmRequest::text("ice?").temperature(0.9);
    let body = asked(|model| model.option("temperature", 0.1), request).body;
    assert_eq!(body["temperature"], 0.9);
}

#[test]
fn the_path_follows_the_address() {
    let asked = plain(|model| model);
    assert_eq!(asked.line, "POST /v1/chat/completions HTTP/1.1");
}

#[test]
fn a_slash_at_the_end_of_the_address_makes_no_difference() {
    let asked = plain(|model| {
        let url = format!("{}/", url(&model));
        model.base_url(url)
    });
    assert_eq!(asked.line, "POST /v1/chat/completions HTTP/1.1");
}

#[test]
fn parameters_of_the_address_go_out() {
    let asked = plain(|model| model.query("api-version", "2024-02-15").query("a", "b c"));
    assert_eq!(
        asked.line,
        "POST /v1/chat/completions?api-version=2024-02-15&a=b+c HTTP/1.1"
    );
}

#[test]
fn the_key_stands_in_the_head() {
    let asked = plain(|model| model.api_key("sk-secret"));
    assert_eq!(asked.header("authorization"), Some("Bearer sk-secret"));
    assert_eq!(asked.header("content-type"), Some("application/json"));
}

#[test]
fn the_client_says_who_it_is() {
    let expected = concat!("action-sdk-runtime/", env!("CARGO_PKG_VERSION"));
    assert_eq!(plain(|model| model).header("user-agent"), Some(expected));
}

#[test]
fn without_a_key_there_is_no_authorization() {
    assert_eq!(plain(|model| model).header("authorization"), None);
}

#[test]
fn a_header_takes_the_place_of_the_key() {
    let asked = plain(|model| {
        model
            .api_key("sk-secret")
            .header("Authorization", "Basic abc")
    });
    assert_eq!(asked.header("authorization"), Some("Basic abc"));
}
