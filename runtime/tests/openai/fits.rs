//! Parameters that a service does not support are omitted from later requests.

use action_sdk::Llm;
use action_sdk::llm::{LlmErrorKind, LlmRequest};
use action_sdk_runtime::openai::OpenAi;
use serde_json::{Value, json};

use crate::server::{Reply, Server, answer_of, block_on, drain};

fn request() -> LlmRequest {
    let request = LlmRequest::text("ice?").temperature(0.5).max_tokens(7);
    request.stop(["\n"])
}

/// The answer of a service that does not support this parameter.
fn refuses(name: &str) -> Reply {
    let message = format!("the parameter '{name}' is not taken by this model");
    said(json!({"error": {"message": message, "param": name, "code": "unsupported_parameter"}}))
}

fn said(body: Value) -> Reply {
    Reply::new("400 Bad Request", body.to_string())
}

/// The options of each request of a call, until it succeeds.
fn asked_for(model: &str, refusals: Vec<Reply>) -> Vec<Value> {
    block_on(async {
        let count = refusals.len() + 1;
        let answer = Reply::json(&answer_of("Yes."));
        let server = Server::answering(refusals.into_iter().chain([answer])).await;
        let builder = OpenAi::builder(model).base_url(&server.url).max_retries(0);
        let model = builder.build().expect("a model");
        let response = model.generate(request()).await.expect("an answer");
        assert_eq!(response.text, "Yes.");
        let asked = server.asked();
        assert_eq!(asked.len(), count);
        asked.into_iter().map(|asked| options(asked.body)).collect()
    })
}

fn options(mut body: Value) -> Value {
    let fields = body.as_object_mut().expect("an object");
    fields.shift_remove("model");
    fields.shift_remove("messages");
    body
}

/// Checks which options are left after this refusal.
#[track_caller]
fn check(refusal: Value, expected: Value) {
    let last = asked_for("m", vec![said(refusal)]).remove(1);
    assert_eq!(last, expected);
}

#[track_caller]
fn check_kept(refusal: Value) {
    block_on(async {
        let server = Server::answering([said(refusal)]).await;
        let model = server.model().build().expect("a model");
        let error = model.generate(request()).await.expect_err("no answer");
        assert_eq!(error.status(), Some(400));
        assert_eq!(server.asked().len(), 1);
    });
}

#[test]
fn a_parameter_is_left_out() {
    check(
        json!({"error": {"message": "Unsupported value: 'temperature' does not support 0.5", "param": "temperature", "code": "unsupported_value"}}),
        json!({"stop": ["\n"], "max_tokens": 7}),
    );
}

#[test]
fn the_limit_has_another_name() {
    check(
        json!({"error": {"message": "Unsupported parameter: use 'max_completion_tokens'", "param": "max_tokens"}}),
        json!({"stop": ["\n"], "temperature": 0.5, "max_completion_tokens": 7}),
    );
}

#[test]
fn the_parameter_may_be_told_in_words() {
    let expected = json!({"temperature": 0.5, "max_tokens": 7});
    check(
        json!({"error": "this model does not support stop"}),
        expected.clone(),
    );
    check(
        json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "stop"], "msg": "Extra inputs are not permitted"}]}),
        expected,
    );
}

#[test]
fn several_are_left_out_one_by_one() {
    let names = ["temperature", "stop", "max_tokens", "max_completion_tokens"];
    let asked = asked_for("m", names.map(refuses).into());
    let last = [json!({"max_completion_tokens": 7}), json!({})];
    assert_eq!(asked[3..], last);
}

#[test]
fn it_is_remembered() {
    block_on(async {
        let answer = || Reply::json(&answer_of("Yes."));
        let server =
            Server::answering([refuses("temperature"), answer(), answer(), answer()]).await;
        let model = server
            .model()
            .option("temperature", 0.5)
            .build()
            .expect("a model");
        for _ in 0..2 {
            model.generate("ice?".into()).await.expect("an answer");
        }
        drain(&model.clone()).await;
        let asked = server.asked();
        let sent = asked
            .iter()
            .map(|asked| asked.body.get("temperature").is_some());
        assert_eq!(Vec::from_iter(sent), [true, false, false, false]);
    });
}

#[test]
fn what_a_request_needs_stays() {
    check_kept(
        json!({"error": {"message": "unsupported", "param": "messages", "code": "unsupported_parameter"}}),
    );
    check_kept(json!({"error": {"message": "'tools' is not supported by this model"}}));
}

#[test]
fn a_wrong_value_is_told() {
    check_kept(
        json!({"error": {"message": "temperature must be at most 0.4", "param": "temperature", "code": "invalid_value"}}),
    );
}

#[test]
fn what_a_call_sets_itself_is_no_option_of_a_request() {
    let model = OpenAi::builder("m")
        .base_url("http://127.0.0.1:9")
        .build()
        .expect("a model");
    let error = block_on(model.generate(LlmRequest::text("ice?").with("stream", true)));
    let error = error.expect_err("no answer");
    assert_eq!(error.kind(), LlmErrorKind::InvalidRequest);
    assert_eq!(
        error.message(),
        "`stream` is for each call to say, leave it out"
    );
}
