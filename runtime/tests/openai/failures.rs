//! Calls without an answer.

use std::time::Duration;

use action_sdk::Llm;
use action_sdk::llm::{LlmError, LlmErrorKind};
use action_sdk_runtime::openai::OpenAiBuilder;
use serde_json::json;

use crate::server::{Reply, Server, answer_of, block_on, drain, generated};

const LIMITED: LlmErrorKind = LlmErrorKind::RateLimited { retry_after: None };

fn failed(reply: Reply) -> LlmError {
    generated(reply).expect_err("no answer")
}

#[track_caller]
fn check(head: &str, body: &str, kind: LlmErrorKind, message: &str) {
    let error = failed(Reply::new(head, body));
    let status: u16 = head[..3].parse().expect("a status");
    let expected = (kind, message, Some(status), Some("test-1"));
    assert_eq!(
        (error.kind(), error.message(), error.status(), error.model()),
        expected,
        "for {head} {body}"
    );
}

/// Checks the wait that a service asks for in these headers.
#[track_caller]
fn check_wait(headers: &str, expected: Option<Duration>) {
    let head = format!("429 Too Many Requests\r\n{headers}");
    let error = failed(Reply::new(&head, ""));
    assert_eq!(
        error.kind(),
        LlmErrorKind::RateLimited {
            retry_after: expected
        },
        "for {headers}"
    );
}

#[track_caller]
fn check_not_understood(body: &[u8], message: &str) {
    let error = failed(Reply::new("200 OK", body));
    assert_eq!(
        (error.kind(), error.message()),
        (LlmErrorKind::InvalidResponse, message)
    );
}

/// Checks how often a service is called that always gives this answer.
#[track_caller]
fn check_attempts(head: &str, max_retries: u32, expected: usize) {
    let attempts = block_on(async {
        let head = format!("{head}\r\nretry-after: 0.001");
        let server = Server::answering((0..9).map(|_| Reply::new(&head, ""))).await;
        let model = server
            .model()
            .max_retries(max_retries)
            .build()
            .expect("a model");
        model.generate("ice?".into()).await.expect_err("no answer");
        server.asked().len()
    });
    assert_eq!(attempts, expected, "for {head}");
}

#[test]
fn a_status_is_a_kind() {
    check("401 Unauthorized", "no", LlmErrorKind::Authentication, "no");
    check("403 Forbidden", "no", LlmErrorKind::Authentication, "no");
    check("408 Request Timeout", "", LlmErrorKind::TimedOut, "");
    check("429 Too Many Requests", "slow down", LIMITED, "slow down");
    check(
        "500 Internal Server Error",
        "oh",
        LlmErrorKind::Failed,
        "oh",
    );
    check("503 Service Unavailable", "", LlmErrorKind::Failed, "");
    check("402 Payment Required", "pay", LlmErrorKind::Other, "pay");
}

#[test]
fn a_bad_request_is_told_apart() {
    let status = "400 Bad Request";
    let body = |code: &str, message: &str| {
        json!({"error": {"message": message, "code": code}}).to_string()
    };
    for (code, message, kind) in [
        (
            "context_length_exceeded",
            "too long",
            LlmErrorKind::ContextTooLong,
        ),
        (
            "",
            "This model's maximum context length is 8192 tokens",
            LlmErrorKind::ContextTooLong,
        ),
        ("content_filter", "filtered", LlmErrorKind::Refused),
        ("content_policy_violation", "no", LlmErrorKind::Refused),
        (
            "unsupported_parameter",
            "Unsupported parameter: 'max_tokens'",
            LlmErrorKind::InvalidRequest,
        ),
        ("", "bad", LlmErrorKind::InvalidRequest),
    ] {
        check(status, &body(code, message), kind, message);
    }
}

#[test]
fn services_write_errors_in_many_ways() {
    for body in [
        r#"{"error": {"message": "bad", "type": "x", "code": 7}}"#,
        r#"{"error": "bad"}"#,
        r#"{"message": "bad"}"#,
        r#"{"error": null, "detail": "bad"}"#,
        "  bad\n",
    ] {
        check(
            "422 Unprocessable Entity",
            body,
            LlmErrorKind::InvalidRequest,
            "bad",
        );
    }
    let detail = r#"{"detail": [{"loc": ["body"], "msg": "bad"}]}"#;
    check(
        "422 Unprocessable Entity",
        detail,
        LlmErrorKind::InvalidRequest,
        r#"[{"loc":["body"],"msg":"bad"}]"#,
    );
}

/// Checks the message for a URL at which there is nothing; `HOST` is the address of the service.
#[track_caller]
fn check_not_found(base_url: &str, head: &str, body: &str, expected: &str) {
    let (error, host) = block_on(async {
        let server = Server::answering([Reply::new(head, body)]).await;
        let host = server.url.trim_end_matches("/v1").to_owned();
        let model = server.model().base_url(base_url.replace("HOST", &host));
        let model = model.build().expect("a model");
        let error = model.generate("ice?".into()).await.expect_err("no answer");
        (error, host)
    });
    assert_eq!(error.kind(), LlmErrorKind::NotFound);
    assert_eq!(error.message(), expected.replace("HOST", &host));
}

#[test]
fn a_wrong_address_says_what_was_asked_and_why() {
    let check = |base_url: &str, expected: &str| {
        check_not_found(base_url, "404 Not Found", "404 page not found", expected);
    };
    check(
        "HOST",
        "404 page not found (nothing answers to `POST HOST/chat/completions`; `/v1` may be missing at the end of `base_url`)",
    );
    check(
        "HOST/v1/v1/",
        "404 page not found (nothing answers to `POST HOST/v1/v1/chat/completions`; `/v1` is doubled, leave one out of `base_url`)",
    );
    check(
        "HOST/v1/chat/completions",
        "404 page not found (nothing answers to `POST HOST/v1/chat/completions/chat/completions`; leave `/chat/completions` out of `base_url`)",
    );
    check(
        "HOST//v1",
        "404 page not found (nothing answers to `POST HOST//v1/chat/completions`; `//` stands in it, leave one `/` out of `base_url`)",
    );
}

#[test]
fn a_model_that_is_not_there_is_told_by_the_service() {
    let body =
        r#"{"error": {"message": "the model `m` does not exist", "code": "model_not_found"}}"#;
    check_not_found(
        "HOST/v1",
        "404 Not Found",
        body,
        "the model `m` does not exist (nothing answers to `POST HOST/v1/chat/completions`)",
    );
}

#[test]
fn a_redirect_says_where_to_and_is_not_followed() {
    let redirect = |location: &str, expected: &str| {
        let head = format!("307 Temporary Redirect\r\n{location}");
        let expected = format!(
            "it redirects `POST HOST/v1/chat/completions` {expected}, and redirects are not followed; write the address in `base_url` that answers itself"
        );
        check_not_found("HOST/v1", &head, "", &expected);
    };
    redirect(
        "location: https://me:pw@example.com/v2?key=k",
        "to `https://example.com/v2`",
    );
    redirect(
        "location: /v1/chat/completions/",
        "to `HOST/v1/chat/completions`",
    );
    redirect("x-a: b", "and does not say where to");
}

#[test]
fn a_service_that_fails_was_reached() {
    for reply in [
        Reply::new("502 Bad Gateway", "<html>"),
        Reply::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
    ] {
        let text = failed(reply).to_string();
        assert!(
            text.starts_with("the model `test-1` failed, try again later"),
            "{text}"
        );
    }
}

#[test]
fn a_message_of_a_service_stays_on_its_line() {
    let body = json!({"error": {"message": "no\u{1b}[2J\nway\u{202e}\r"}});
    let error = failed(Reply::new("401 Unauthorized", body.to_string()));
    assert_eq!(error.message(), "no\\u{1b}[2J\\nway\\u{202e}\\r");
}

#[test]
fn an_error_may_come_as_an_answer() {
    let body = json!({"error": {"message": "overloaded", "type": "overloaded_error"}});
    let error = failed(Reply::json(&body));
    assert_eq!(
        (error.kind(), error.message()),
        (LlmErrorKind::Failed, "overloaded")
    );
}

#[test]
fn a_wait_is_in_seconds_or_until_a_date() {
    check_wait("retry-after: 7", Some(Duration::from_secs(7)));
    check_wait("retry-after: 0.5", Some(Duration::from_millis(500)));
    let date = "date: Wed, 21 Oct 2026 07:28:00 GMT\r\nretry-after: Wed, 21 Oct 2026 07:28:30 GMT";
    check_wait(date, Some(Duration::from_secs(30)));
}

#[test]
fn a_wait_that_makes_no_sense_is_none() {
    for text in [
        "soon",
        "-3",
        "NaN",
        "1e400",
        "Wed, 21 Oct 2026 07:28:30 GMT",
    ] {
        check_wait(&format!("retry-after: {text}"), None);
    }
    check_wait(
        "date: Wed, 21 Oct 2026 07:28:00 GMT\r\nretry-after: Wed, 21 Oct 2026 07:27:00 GMT",
        None,
    );
}

#[test]
fn nonsense_is_not_understood() {
    check_not_understood(b"", "it is empty");
    check_not_understood(
        b"<html>\n  hello</html>",
        "it is no JSON: <html> hello</html>",
    );
    check_not_understood(
        br#"{"choices": [{"mess"#,
        r#"it is no JSON: {"choices": [{"mess"#,
    );
    check_not_understood(b"\xff\xfe", "it is no JSON: \u{fffd}\u{fffd}");
    for body in [
        "3",
        "[]",
        "{}",
        r#"{"choices":[]}"#,
        r#"{"choices":{"0":1}}"#,
        r#"{"choices":[{"message":"x"}]}"#,
    ] {
        check_not_understood(
            body.as_bytes(),
            &format!("it has no `choices[0].message`: {body}"),
        );
    }
}

#[test]
fn deep_nonsense_is_not_understood() {
    let error = failed(Reply::new("200 OK", "[".repeat(100_000)));
    assert_eq!(error.kind(), LlmErrorKind::InvalidResponse);
    assert_eq!(error.message().chars().count(), 501);
}

#[test]
fn too_long_an_answer_is_not_read() {
    let answer = answer_of(&"a".repeat(10_000_000));
    let error = failed(Reply::json(&answer));
    let expected = (
        LlmErrorKind::InvalidResponse,
        "it is longer than 8388608 bytes",
    );
    assert_eq!((error.kind(), error.message()), expected);
}

#[test]
fn an_answer_that_breaks_off_is_retryable() {
    let error = failed(Reply::raw(
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"cho",
    ));
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (LlmErrorKind::Failed, true)
    );
}

#[test]
fn what_is_no_http_is_retryable() {
    for reply in [&b"hello there\r\n\r\n"[..], b""] {
        let error = failed(Reply::raw(reply));
        assert_eq!(
            (error.kind(), error.is_retryable()),
            (LlmErrorKind::Failed, true)
        );
    }
}

#[test]
fn nobody_there_is_unavailable() {
    let error = block_on(async {
        let server = Server::answering([]).await;
        let model = server
            .model()
            .api_key("sk-secret")
            .build()
            .expect("a model");
        server.task.await.expect("the server ends");
        model.generate("ice?".into()).await.expect_err("no answer")
    });
    assert_eq!(error.kind(), LlmErrorKind::Unavailable);
    assert!(!error.message().is_empty());
}

#[test]
fn a_silent_service_times_out() {
    for stream in [false, true] {
        let error = block_on(async {
            let server = Server::answering([Reply::raw(b"").held()]).await;
            let model = server.model().timeout(Duration::from_millis(50));
            let model = model.build().expect("a model");
            match stream {
                true => drain(&model).await.remove(0).expect_err("no chunk"),
                false => model.generate("ice?".into()).await.expect_err("no answer"),
            }
        });
        assert_eq!(error.kind(), LlmErrorKind::TimedOut);
    }
}

#[test]
fn a_failure_that_passes_is_tried_again() {
    for status in [
        "408 A", "409 B", "429 C", "500 D", "502 E", "503 F", "504 G",
    ] {
        check_attempts(status, 2, 3);
    }
}

#[test]
fn other_failures_are_not() {
    for status in ["400 A", "401 B", "403 C", "404 D", "501 E"] {
        check_attempts(status, 2, 1);
    }
}

#[test]
fn the_service_may_know_better() {
    check_attempts("500 A\r\nx-should-retry: false", 2, 1);
    check_attempts("400 A\r\nx-should-retry: true", 2, 3);
}

#[test]
fn retries_are_counted() {
    check_attempts("503 A", 0, 1);
    check_attempts("503 A", 5, 6);
}

#[test]
fn a_wait_of_hours_is_not_waited() {
    let attempts = block_on(async {
        let replies = (0..9).map(|_| Reply::new("429 A\r\nretry-after: 7200", ""));
        let server = Server::answering(replies).await;
        let model = server.model().max_retries(2).chance(|| 0.0);
        let model = model.build().expect("a model");
        model.generate("ice?".into()).await.expect_err("no answer");
        server.asked().len()
    });
    assert_eq!(attempts, 3);
}

#[test]
fn a_later_answer_counts() {
    let later = || {
        let first = Reply::new("503 A\r\nretry-after: 0.001", "");
        [first, Reply::json(&answer_of("Yes."))]
    };
    block_on(async {
        let server = Server::answering(later()).await;
        let model = server.model().max_retries(1).build().expect("a model");
        let response = model.generate("ice?".into()).await.expect("an answer");
        assert_eq!(response.text, "Yes.");
        let server = Server::answering(later()).await;
        let model = server.model().max_retries(1).build().expect("a model");
        let chunk = drain(&model).await.remove(0).expect("a chunk");
        assert_eq!(chunk.text, "Yes.");
    });
}

#[test]
fn a_dropped_call_closes_its_connection() {
    block_on(async {
        let server = Server::answering([Reply::raw(b"").held()]).await;
        let model = server.model().build().expect("a model");
        let mut call = model.generate("ice?".into());
        while server.asked().is_empty() {
            tokio::select! {
                biased;
                _ = &mut call => panic!("there is no answer"),
                () = tokio::task::yield_now() => {}
            }
        }
        drop(call);
        server.task.await.expect("the server sees the end");
    });
}

/// The message of an error with this text from the service.
fn told(text: &str, build: impl FnOnce(OpenAiBuilder) -> OpenAiBuilder) -> LlmError {
    block_on(async {
        let server = Server::answering([Reply::new("401 Unauthorized", text)]).await;
        let model = build(server.model()).build().expect("a model");
        model.generate("ice?".into()).await.expect_err("no answer")
    })
}

#[test]
fn no_error_repeats_a_secret() {
    let error = told("wrong: sk-0123456789 token-abc sig-fed sig-9", |model| {
        let model = model.api_key("sk-0123456789").query("sig", "sig-fed");
        model.header("authorization", "Basic token-abc")
    });
    assert_eq!(error.message(), "wrong: *** *** *** sig-9");
    let shown = format!("{error:?} {error}");
    for secret in ["sk-0", "token-a", "sig-f"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn no_error_repeats_the_password_of_an_address() {
    let error = block_on(async {
        let body = "wrong: p%40ss-word, p@ss-word, Basic bWU6cEBzcy13b3Jk";
        let server = Server::answering([Reply::new("401 Unauthorized", body)]).await;
        let url = server.url.replace("http://", "http://me:p%40ss-word@");
        let model = server.model().base_url(url).build().expect("a model");
        model.generate("ice?".into()).await.expect_err("no answer")
    });
    assert_eq!(error.message(), "wrong: ***, ***, Basic ***");
}

#[test]
fn no_error_repeats_the_start_of_a_secret() {
    let start = "x".repeat(490);
    let error = told(&format!("{start}: sk-0123456789"), |model| {
        model.api_key("sk-0123456789")
    });
    assert_eq!(error.message(), format!("{start}: ***"));
}

#[test]
fn an_error_may_name_the_version() {
    let error = told("no version 2024-02-15", |model| {
        model.query("api-version", "2024-02-15")
    });
    assert_eq!(error.message(), "no version 2024-02-15");
}
