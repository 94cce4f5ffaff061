//! How whole answers are parsed.

use action_sdk::llm::{LlmErrorKind, LlmFinishReason, LlmResponse, LlmUsage};
use serde_json::{Value, json};

use crate::server::{Reply, answer_of, generated};

/// An answer with these changes, by pointer.
fn answered(changes: &[(&str, Value)]) -> LlmResponse {
    let mut answer = answer_of("Yes.");
    for (path, value) in changes {
        let (parent, key) = path.rsplit_once('/').expect("a pointer");
        answer.pointer_mut(parent).expect("a place")[key] = value.clone();
    }
    generated(Reply::json(&answer)).expect("an answer")
}

#[track_caller]
fn check_text(message: Value, expected: &str) {
    assert_eq!(answered(&[("/choices/0/message", message)]).text, expected);
}

#[track_caller]
fn check_refused(message: Value, finish_reason: &str, expected: &str) {
    let mut answer = answer_of("");
    answer["choices"][0]["message"] = message;
    answer["choices"][0]["finish_reason"] = finish_reason.into();
    let error = generated(Reply::json(&answer)).expect_err("no answer");
    assert_eq!(
        (error.kind(), error.message()),
        (LlmErrorKind::Refused, expected)
    );
}

#[track_caller]
fn check_none(message: Value, finish_reason: Value, kind: LlmErrorKind, expected: &str) {
    let mut answer = answer_of("");
    answer["choices"][0]["message"] = message;
    answer["choices"][0]["finish_reason"] = finish_reason;
    let error = generated(Reply::json(&answer)).expect_err("no answer");
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
}

#[test]
fn a_plain_answer() {
    let response = answered(&[]);
    assert_eq!(response.text, "Yes.");
    assert_eq!(response.finish_reason, Some(LlmFinishReason::Stop));
    assert_eq!(response.model.as_deref(), Some("test-1-2026"));
    assert_eq!(response.request_id.as_deref(), Some("chatcmpl-1"));
    assert_eq!((response.usage, response.reasoning), (None, None));
    assert!(response.extra.is_empty() && response.tool_calls.is_empty());
}

#[test]
fn reasoning_has_two_names() {
    for name in ["reasoning_content", "reasoning"] {
        let path = format!("/choices/0/message/{name}");
        let response = answered(&[(&path, "Ice is cold.".into())]);
        assert_eq!(
            response.reasoning.as_deref(),
            Some("Ice is cold."),
            "for {name}"
        );
    }
}

#[test]
fn calls_of_tools_are_passed_on() {
    let calls = json!([{"id": "c", "type": "function", "function": {"name": "weigh", "arguments": "{\"kg\":3"}}]);
    let message = json!({"role": "assistant", "content": null, "tool_calls": calls});
    let finish = json!("tool_calls");
    let response = answered(&[
        ("/choices/0/message", message),
        ("/choices/0/finish_reason", finish),
    ]);
    assert_eq!(Value::from(response.tool_calls), calls);
    assert_eq!(
        (response.text.as_str(), response.finish_reason),
        ("", Some(LlmFinishReason::ToolCalls))
    );
}

#[test]
fn tokens_are_counted() {
    let usage = json!({
        "prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17,
        "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2},
    });
    let mut expected = LlmUsage::new(12, 5);
    expected.cached_tokens = Some(4);
    expected.reasoning_tokens = Some(2);
    assert_eq!(answered(&[("/usage", usage)]).usage, Some(expected));
}

#[test]
fn tokens_of_a_wrong_type_count_nothing() {
    let usage =
        json!({"prompt_tokens": "12", "completion_tokens": -1, "prompt_tokens_details": null});
    assert_eq!(
        answered(&[("/usage", usage)]).usage,
        Some(LlmUsage::new(0, 0))
    );
    assert_eq!(answered(&[("/usage", json!(17))]).usage, None);
}

#[test]
fn what_else_is_told_is_kept() {
    let response = answered(&[
        ("/system_fingerprint", "fp".into()),
        ("/service_tier", Value::Null),
    ]);
    assert_eq!(
        Value::from(response.extra),
        json!({"system_fingerprint": "fp"})
    );
}

#[test]
fn an_empty_finish_reason_is_none() {
    assert_eq!(
        answered(&[("/choices/0/finish_reason", "".into())]).finish_reason,
        None
    );
}

#[test]
fn an_empty_answer_is_an_error() {
    let expected = "the model `test-1` gave an empty answer, check its prompt and `stop`";
    for message in [
        json!({"role": "assistant"}),
        json!({"content": null}),
        json!({"content": " \n"}),
        json!({"content": 3, "tool_calls": "x", "reasoning_content": []}),
    ] {
        for reason in [json!("stop"), Value::Null] {
            check_none(message.clone(), reason, LlmErrorKind::Empty, expected);
        }
    }
}

#[test]
fn an_answer_without_tokens_says_so() {
    check_none(
        json!({"content": ""}),
        json!("length"),
        LlmErrorKind::OutOfTokens,
        "the model `test-1` used up its tokens before it answered, raise `max_tokens`",
    );
    check_none(
        json!({"content": "<think>Hm"}),
        json!("length"),
        LlmErrorKind::OutOfTokens,
        "the model `test-1` used up its tokens before it answered, raise `max_tokens`: it thought, and said nothing",
    );
}

#[test]
fn reasoning_alone_is_no_answer() {
    check_none(
        json!({"content": "", "reasoning_content": "It may be 5."}),
        json!("stop"),
        LlmErrorKind::Empty,
        "the model `test-1` gave an empty answer, check its prompt and `stop`: it thought, and said nothing",
    );
}

#[test]
fn an_answer_that_is_cut_tells() {
    let response = answered(&[("/choices/0/finish_reason", "length".into())]);
    assert!(response.is_cut());
}

#[test]
fn thoughts_are_no_part_of_the_text() {
    let response = answered(&[(
        "/choices/0/message/content",
        "<think>Hm.</think>\n\nYes.".into(),
    )]);
    assert_eq!(
        (response.text.as_str(), response.reasoning.as_deref()),
        ("Yes.", Some("Hm."))
    );
}

#[test]
fn an_answer_may_begin_with_a_mark() {
    let body = [
        "\u{feff}".as_bytes(),
        answer_of("Yes.").to_string().as_bytes(),
    ]
    .concat();
    assert_eq!(
        generated(Reply::new("200 OK", body))
            .expect("an answer")
            .text,
        "Yes."
    );
}

#[test]
fn an_error_needs_no_field_of_its_own() {
    for body in [
        json!({"object": "error", "message": "bad", "code": 400}),
        json!({"error": "bad"}),
        json!({"choices": [{"error": {"message": "bad", "code": 502}, "finish_reason": "error"}]}),
        json!({"detail": "bad"}),
        json!({"errors": [{"message": "bad"}]}),
    ] {
        assert_eq!(
            generated(Reply::json(&body))
                .expect_err("no answer")
                .message(),
            "bad",
            "for {body}"
        );
    }
}

#[test]
fn a_content_may_be_in_parts() {
    check_text(
        json!({"content": [{"type": "text", "text": "Y"}, {"type": "image"}, {"text": "es"}]}),
        "Yes",
    );
}

#[test]
fn the_id_may_stand_in_the_head() {
    let mut answer = answer_of("Yes.");
    answer["id"] = Value::Null;
    let reply = Reply::new("200 OK\r\nx-request-id: req-7", answer.to_string());
    let response = generated(reply).expect("an answer");
    assert_eq!(response.request_id.as_deref(), Some("req-7"));
}

#[test]
fn a_model_can_refuse() {
    check_refused(
        json!({"content": null, "refusal": "I can't help with that."}),
        "stop",
        "I can't help with that.",
    );
}

#[test]
fn a_filter_can_hold_an_answer_back() {
    check_refused(
        json!({"content": ""}),
        "content_filter",
        "its content filter held the answer back",
    );
}

#[test]
fn an_answer_that_was_cut_off_by_a_filter_is_one() {
    let response = answered(&[("/choices/0/finish_reason", "content_filter".into())]);
    assert_eq!(
        (response.text.as_str(), response.finish_reason),
        ("Yes.", Some(LlmFinishReason::ContentFilter))
    );
}
