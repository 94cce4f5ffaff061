//! A server that misbehaves fails one action with its reason, and the conversation goes on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_runtime::remote::ActionsServer;
use serde_json::{Value, json};

use crate::support::{Odd, action, called, not_found, path, runtime, said, success};
use crate::wire::{Reply, block_on};

/// A call of this reply fails with this reason.
#[track_caller]
fn check(reply: impl Fn() -> Reply + Send + Sync + 'static, reason: &str) {
    check_with(|server| server, reply, ActionErrorKind::Remote, reason);
}

#[track_caller]
fn check_with(
    settings: impl FnOnce(ActionsServer) -> ActionsServer,
    reply: impl Fn() -> Reply + Send + Sync + 'static,
    kind: ActionErrorKind,
    reason: &str,
) {
    let error = block_on(async {
        let odd = Odd::running(move |_| reply()).await;
        called(settings(odd.server()), "tea")
            .await
            .expect_err("it misbehaves")
    });
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

fn body(body: &'static str) -> impl Fn() -> Reply {
    move || Reply::new("200 OK", body)
}

#[test]
fn what_is_no_json() {
    check(body("<html>\n sorry"), "what is not JSON");
    check(body("<html>\n sorry"), "`<html> sorry`");
    check(body(""), "it is empty");
    check(body("{\"status\": \"success\""), "what is not JSON");
}

#[test]
fn json_of_another_form() {
    check(body("[1]"), "with `[1]` instead of an object");
    check(body("{}"), "whose `status` is neither");
    check(
        body(r#"{"status": 5, "result": 1}"#),
        "whose `status` is neither",
    );
    check(body(r#"{"status": "done"}"#), "whose `status` is neither");
    check(
        body(r#"{"status": "success", "responses": 5}"#),
        "`responses`",
    );
    check(
        body(r#"{"status": "success", "responses": [5]}"#),
        "`responses`",
    );
}

#[test]
fn json_that_is_too_deep() {
    let deep = format!(
        r#"{{"status":"success","result":{}1{}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    check(move || Reply::new("200 OK", &deep), "recursion limit");
}

#[test]
fn a_status_that_is_no_success() {
    check(
        || Reply::new("500 Internal Server Error", "Internal Server Error"),
        "the status 500 Internal Server Error: Internal Server Error",
    );
    check(
        || {
            Reply::new(
                "422 Unprocessable Entity",
                r#"{"detail":[{"loc":["body"],"msg":"Field required"}]}"#,
            )
        },
        "422 Unprocessable Entity: Field required",
    );
    check(not_found, "nothing answers to `POST http://127.0.0.1");
}

#[test]
fn a_redirect_is_not_followed() {
    check(
        || {
            Reply::new(
                "307 Temporary Redirect\r\nlocation: http://elsewhere.example/run",
                "",
            )
        },
        "to `http://elsewhere.example/run`; redirects are not followed",
    );
}

#[test]
fn a_connection_that_breaks() {
    let cut = || Reply::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"status\"");
    check(cut, "it broke off its answer");
    check(|| Reply::raw(b""), "it did not answer");
    check(
        || Reply::raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "it did not answer",
    );
}

#[test]
fn an_answer_that_is_too_long() {
    let settings = |server: ActionsServer| server.max_answer_bytes(1000);
    let long = || Reply::pieces([[b'x'; 600].as_slice(); 5]).held();
    check_with(
        settings,
        long,
        ActionErrorKind::Remote,
        "more than 1000 bytes",
    );
}

#[test]
fn an_answer_that_never_ends() {
    let settings = |server: ActionsServer| server.timeout(Duration::from_millis(100));
    let late = ActionErrorKind::TimedOut;
    check_with(settings, || Reply::raw(b"").held(), late, "within");
    check_with(
        settings,
        || Reply::pieces([b"{".as_slice()]).held(),
        late,
        "within",
    );
}

#[test]
fn a_failure_without_a_reason() {
    let failed = body(r#"{"status": "failed", "result": null}"#);
    check_with(
        |server| server,
        failed,
        ActionErrorKind::Failed,
        "does not say why",
    );
}

#[test]
fn what_it_says_cannot_forge_lines() {
    let error = block_on(async {
        let odd = Odd::running(|_| Reply::new("500 No", "a\u{1b}[31m\nb\u{202e}")).await;
        called(odd.server(), "tea")
            .await
            .expect_err("it misbehaves")
            .to_string()
    });
    assert!(!error.contains(['\n', '\u{1b}', '\u{202e}']), "{error}");
}

#[test]
fn a_server_that_dies_fails_the_calls_after_it() {
    block_on(async {
        let odd = Odd::running(|_| success(&json!(1))).await;
        let flows = "flow main\n  while True\n    match Go()\n    $price = await FetchPriceAction()\n    send Out(said=$price)\n";
        let mut session = runtime(&odd.url, flows)
            .await
            .expect("it is right")
            .session();
        assert_eq!(said(&mut session, &["Go"]).await, [json!(1)]);
        odd.stop();
        assert_eq!(said(&mut session, &["Go"]).await, [Value::Null]);
        assert_eq!(said(&mut session, &["Go"]).await, [Value::Null]);
    });
}

#[test]
fn one_failure_harms_no_other_call() {
    block_on(async {
        let odd = Odd::running(
            |asked| match asked.body["action_parameters"]["article"].as_str() {
                Some("tea") => success(&json!(1)),
                _ => Reply::new("200 OK", "nonsense"),
            },
        )
        .await;
        let flows = "flow ask $article\n  $price = await FetchPriceAction(article=$article)\n  send Out(said=$price)\n\nflow main\n  start ask \"gold\"\n  start ask \"tea\"\n  match Never()\n";
        let mut session = runtime(&odd.url, flows)
            .await
            .expect("it is right")
            .session();
        let mut found = said(&mut session, &[]).await;
        found.sort_by_key(Value::is_null);
        assert_eq!(found, [json!(1), Value::Null]);
    });
}

/// How often a server is asked that answers only the third time, for an action with this hint.
fn attempts(twin: ActionDescriptor, reply: impl Fn() -> Reply + Send + Sync + 'static) -> usize {
    block_on(async {
        let number = AtomicUsize::new(0);
        let odd = Odd::running(move |_| match number.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => reply(),
            _ => success(&json!(1)),
        })
        .await;
        let actions = odd
            .server()
            .chance(|| 0.0)
            .connect()
            .await
            .expect("it answers");
        let builder = ActionDispatcher::builder().registry(Registry::empty().with(twin));
        let dispatcher = actions.register(builder).build().expect("they fit");
        let _outcome = dispatcher.call("FetchPriceAction", Invocation::new()).await;
        odd.calls().len()
    })
}

fn twin(hint: impl FnOnce(&mut action_sdk::ToolHints)) -> ActionDescriptor {
    let mut hints = action_sdk::ToolHints::default();
    hint(&mut hints);
    action("FetchPriceAction", |_| Ok(0)).with_hints(hints)
}

fn busy() -> Reply {
    Reply::new("503 Service Unavailable\r\nretry-after: 0", "")
}

#[test]
fn only_what_may_be_repeated_is_asked_again() {
    assert_eq!(
        attempts(twin(|hints| hints.read_only = Some(true)), busy),
        3
    );
    assert_eq!(
        attempts(twin(|hints| hints.idempotent = Some(true)), busy),
        3
    );
    assert_eq!(attempts(twin(|_| {}), busy), 1);
}

#[test]
fn a_broken_connection_is_tried_again() {
    let twin = twin(|hints| hints.idempotent = Some(true));
    assert_eq!(attempts(twin, || Reply::raw(b"")), 3);
}

#[test]
fn what_will_not_change_is_not_asked_again() {
    let twin = twin(|hints| hints.idempotent = Some(true));
    assert_eq!(
        attempts(twin.clone(), || Reply::new("200 OK", "nonsense")),
        1
    );
    assert_eq!(attempts(twin, || Reply::new("403 Forbidden", "")), 1);
}

#[test]
fn a_list_that_is_none_is_an_error_at_start() {
    for list in ["{}", "5", r#"["a", 5]"#, "<html>"] {
        let error = block_on(async {
            let odd = Odd::serving(move |asked| match path(asked) {
                "/v1/actions/list" => Reply::new("200 OK", list),
                _ => not_found(),
            })
            .await;
            odd.server()
                .connect()
                .await
                .expect_err("it is none")
                .to_string()
        });
        assert!(
            error.starts_with("the actions server at `http://127.0.0.1"),
            "{error}"
        );
    }
}
