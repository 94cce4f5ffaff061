//! The trait, implemented in ten lines and used; messages, answers and errors.

#![allow(
    clippy::needless_pass_by_value,
    reason = "rows read better without references"
)]

use std::collections::VecDeque;
use std::error::Error;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;

/// Returns the given answers in order, and records the requests.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<Result<LlmResponse, LlmError>>>,
    asked: Mutex<Vec<LlmRequest>>,
}

impl Llm for Scripted {
    fn generate(&self, request: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
        Box::pin(async move {
            self.asked.lock().expect("not poisoned").push(request);
            tokio::task::yield_now().await;
            let answer = self.answers.lock().expect("not poisoned").pop_front();
            answer.unwrap_or_else(|| Err(LlmError::unavailable("the script has ended")))
        })
    }

    fn model_name(&self) -> &str {
        "scripted"
    }
}

fn scripted(answers: impl IntoIterator<Item = Result<LlmResponse, LlmError>>) -> Arc<Scripted> {
    Arc::new(Scripted {
        answers: Mutex::new(answers.into_iter().collect()),
        ..Scripted::default()
    })
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(future)
}

/// All chunks, followed by what the stream returns after its end.
async fn drain(mut chunks: LlmStream<'_>) -> Vec<Result<LlmChunk, String>> {
    let mut all = Vec::new();
    while let Some(chunk) = chunks.next().await {
        all.push(chunk.map_err(|error| error.to_string()));
    }
    assert!(
        chunks.next().await.is_none(),
        "a stream that has ended stays so"
    );
    all
}

#[track_caller]
fn check_asked(request: impl Into<LlmRequest>, expected: LlmRequest) {
    let model = scripted([Ok(LlmResponse::new("yes"))]);
    let llm: &dyn Llm = &*model;
    assert_eq!(wait(llm.text(request)).expect("an answer"), "yes");
    assert_eq!(*model.asked.lock().expect("not poisoned"), [expected]);
}

#[track_caller]
fn check_role(word: &str, role: LlmRole, written: &str) {
    let read: LlmRole = serde_json::from_value(json!(word)).expect("a role");
    assert_eq!(read, role);
    assert_eq!(
        serde_json::to_value(&read).expect("writable"),
        json!(written)
    );
    assert_eq!(LlmRole::from(word).to_string(), written);
}

#[track_caller]
fn check_message(read: Value, written: Value) {
    let message: LlmMessage = serde_json::from_value(read).expect("a message");
    assert_eq!(serde_json::to_value(message).expect("writable"), written);
}

#[track_caller]
fn check_error(error: &LlmError, retryable: bool, message: &str) {
    assert_eq!(
        (error.is_retryable(), error.to_string().as_str()),
        (retryable, message)
    );
}

#[test]
fn a_text_is_a_request() {
    check_asked("ice?", LlmRequest::text("ice?"));
}

#[test]
fn messages_are_a_request() {
    check_asked(
        [LlmMessage::user("ice?")],
        LlmRequest::chat([LlmMessage::user("ice?")]),
    );
}

#[test]
fn options_reach_the_model() {
    let request = || {
        LlmRequest::text("ice?")
            .temperature(0.5)
            .top_p(0.9)
            .seed(7)
            .with("logit_bias", json!({}))
    };
    check_asked(request(), request());
    let options = request().options;
    assert_eq!(
        (options.temperature, options.top_p, options.seed),
        (Some(0.5), Some(0.9), Some(7))
    );
}

#[test]
fn an_error_reaches_the_caller() {
    let llm: Arc<dyn Llm> = scripted([]);
    let error = wait(llm.text("ice?")).expect_err("no answer");
    assert_eq!(error.kind(), LlmErrorKind::Unavailable);
}

#[test]
fn a_whole_answer_streams_as_one_chunk() {
    let answer = LlmResponse::new("yes")
        .finish_reason(LlmFinishReason::Stop)
        .usage(LlmUsage::new(3, 1));
    let llm: Arc<dyn Llm> = scripted([Ok(answer)]);
    let chunk = LlmChunk {
        finish_reason: Some(LlmFinishReason::Stop),
        usage: Some(LlmUsage::new(3, 1)),
        ..LlmChunk::new("yes")
    };
    assert_eq!(wait(drain(llm.chunks("ice?"))), [Ok(chunk)]);
}

#[test]
fn a_failed_answer_streams_as_one_error() {
    let llm: Arc<dyn Llm> = scripted([Err(LlmError::other("no"))]);
    assert_eq!(
        wait(drain(llm.chunks("ice?"))),
        [Err("the model gave no answer: no".to_owned())]
    );
}

#[test]
fn a_stream_asks_nothing_before_it_is_read() {
    let model = scripted([]);
    let llm: &dyn Llm = &*model;
    drop(llm.chunks("ice?"));
    assert!(model.asked.lock().expect("not poisoned").is_empty());
}

#[test]
fn a_model_can_stream_of_its_own() {
    struct Letters;
    impl Llm for Letters {
        fn generate(&self, _: LlmRequest) -> BoxFuture<'_, Result<LlmResponse, LlmError>> {
            Box::pin(std::future::ready(Ok(LlmResponse::new("abc"))))
        }
        fn stream(&self, _: LlmRequest) -> BoxStream<'_, Result<LlmChunk, LlmError>> {
            struct Each(std::str::Chars<'static>);
            impl futures_core::Stream for Each {
                type Item = Result<LlmChunk, LlmError>;
                fn poll_next(
                    mut self: std::pin::Pin<&mut Self>,
                    _: &mut std::task::Context<'_>,
                ) -> std::task::Poll<Option<Self::Item>> {
                    std::task::Poll::Ready(self.0.next().map(|letter| Ok(LlmChunk::new(letter))))
                }
            }
            Box::pin(Each("abc".chars()))
        }
        fn model_name(&self) -> &str {
            "letters"
        }
    }
    let llm: Arc<dyn Llm> = Arc::new(Letters);
    assert_eq!(
        wait(drain(llm.chunks("?"))),
        ["a", "b", "c"].map(|letter| Ok(LlmChunk::new(letter)))
    );
}

#[test]
fn a_shared_model_is_a_model() {
    fn name(llm: impl Llm) -> String {
        llm.model_name().to_owned()
    }
    let shared: Arc<dyn Llm> = scripted([]);
    assert_eq!(
        (shared.provider_name(), shared.provider_url()),
        (None, None)
    );
    assert_eq!(name(shared), "scripted");
}

#[test]
fn a_call_can_be_awaited_in_another_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let llm: Arc<dyn Llm> = scripted([Ok(LlmResponse::new("yes"))]);
    let task = async move { llm.text("ice?").await };
    assert_eq!(wait(is_send(task)).expect("an answer"), "yes");
}

#[test]
fn a_text_becomes_the_users_message() {
    assert_eq!(
        Prompt::from("ice?").into_messages(),
        [LlmMessage::user("ice?")]
    );
}

#[test]
fn messages_stay_as_they_are() {
    let messages = vec![LlmMessage::system("be brief"), LlmMessage::assistant("yes")];
    assert_eq!(Prompt::from(messages.clone()).into_messages(), messages);
}

#[test]
fn a_role_keeps_its_word() {
    check_role("user", LlmRole::User, "user");
    check_role("tool", LlmRole::Tool, "tool");
}

#[test]
fn a_role_has_other_words() {
    check_role("human", LlmRole::User, "user");
    check_role("bot", LlmRole::Assistant, "assistant");
    check_role("developer", LlmRole::System, "system");
}

#[test]
fn an_unknown_role_is_kept() {
    check_role("critic", LlmRole::Other("critic".to_owned()), "critic");
}

#[test]
fn a_message_of_a_template_is_a_message() {
    check_message(
        json!({"type": "user", "content": "ice?"}),
        json!({"role": "user", "content": "ice?"}),
    );
}

#[test]
fn a_call_of_a_tool_is_kept() {
    let call =
        json!({"id": "c1", "type": "function", "function": {"name": "weigh", "arguments": "{}"}});
    check_message(
        json!({"role": "assistant", "content": null, "tool_calls": [call], "refusal": null}),
        json!({"role": "assistant", "tool_calls": [call], "refusal": null}),
    );
}

#[test]
fn the_result_of_a_tool_names_its_call() {
    let message = serde_json::to_value(LlmMessage::tool("3 kg", "c1")).expect("writable");
    assert_eq!(
        message,
        json!({"role": "tool", "content": "3 kg", "tool_call_id": "c1"})
    );
}

#[test]
fn parts_are_kept() {
    let parts = json!([{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "a"}}]);
    check_message(
        json!({"role": "user", "content": parts}),
        json!({"role": "user", "content": parts}),
    );
}

#[test]
fn the_text_of_parts_leaves_images_out() {
    let parts = vec![
        json!({"type": "text", "text": "a"}),
        json!({"type": "image_url"}),
        json!({"text": "b"}),
    ];
    assert_eq!(LlmMessage::user(parts).text(), "a\nb");
}

#[test]
fn a_content_of_another_kind_is_refused() {
    let error = serde_json::from_value::<LlmMessage>(json!({"role": "user", "content": 3}))
        .expect_err("a number");
    assert_eq!(
        error.to_string(),
        "the content of a message is a text or a list of parts"
    );
}

#[test]
fn finish_reasons_keep_their_word() {
    for word in ["stop", "length", "tool_calls", "content_filter", ""] {
        assert_eq!(LlmFinishReason::from(word).to_string(), word);
    }
}

#[test]
fn a_response_is_built_by_parts() {
    let response = LlmResponse::new("yes")
        .reasoning("ice is cold")
        .model("scripted-2");
    assert_eq!(
        (response.reasoning.as_deref(), response.model.as_deref()),
        (Some("ice is cold"), Some("scripted-2"))
    );
}

#[test]
fn an_error_names_model_and_status() {
    let error = LlmError::unavailable("bad gateway")
        .of_model("gpt-4o")
        .with_status(502);
    check_error(
        &error,
        true,
        "the model `gpt-4o` could not be reached, check its address and try again later (HTTP status 502): bad gateway",
    );
    assert_eq!(
        (error.model(), error.status(), error.message()),
        (Some("gpt-4o"), Some(502), "bad gateway")
    );
}

#[test]
fn a_rate_limit_says_how_long_to_wait() {
    check_error(
        &LlmError::rate_limited(Some(Duration::from_millis(1500)), ""),
        true,
        "the model takes no more requests for now, try again in 1.5s",
    );
}

#[test]
fn a_time_out_may_be_retried() {
    check_error(
        &LlmError::timed_out("30 s"),
        true,
        "the model gave no answer in time, try again or allow more time: 30 s",
    );
}

#[test]
fn a_wrong_key_is_not_retried() {
    check_error(
        &LlmError::new(LlmErrorKind::Authentication, ""),
        false,
        "the model did not accept the key, check the variable that `api_key_env_var` names",
    );
}

#[test]
fn a_long_prompt_is_not_retried() {
    check_error(
        &LlmError::new(LlmErrorKind::ContextTooLong, "9000 of 8192 tokens"),
        false,
        "the model cannot read that much, shorten the prompt or `max_tokens`: 9000 of 8192 tokens",
    );
}

#[test]
fn an_error_keeps_its_cause() {
    let error = LlmError::invalid_response("no choices").with_source("unexpected end");
    assert_eq!(
        error.source().expect("a source").to_string(),
        "unexpected end"
    );
    assert!(LlmError::other("x").source().is_none());
}
