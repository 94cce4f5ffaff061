//! What is known at start: names, signatures, and what to do about a server that does not tell.

use action_sdk::prelude::*;
use action_sdk_runtime::remote::{ActionsServer, RemoteErrorKind};
use action_sdk_runtime::{Report, Runtime};
use serde_json::json;

use crate::support::{
    Odd, config, dispatcher, not_found, path, runtime, runtime_with, said, success,
};
use crate::wire::{Reply, block_on};

/// A server that describes one action, as ours does.
async fn describing() -> Odd {
    Odd::serving(|asked| match path(asked) {
        "/v1/actions/list" => Reply::json(&json!(["FetchPriceAction"])),
        "/v1/actions/FetchPriceAction" => Reply::json(&json!({
            "name": "FetchPriceAction",
            "description": "The price of an article.",
            "parameters": {
                "type": "object",
                "properties": {
                    "article": {"type": "string", "description": "its name"},
                    "count": {"type": "integer"},
                },
                "required": ["article"],
                "additionalProperties": false,
            },
            "context": ["language"],
            "hints": {"idempotent": true},
        })),
        "/v1/actions/run" => success(&asked.body),
        _ => not_found(),
    })
    .await
}

/// The errors and warnings about a flow with this statement.
fn report(statement: &str) -> Report {
    let flows = format!("flow main\n  {statement}\n  match Never()\n");
    block_on(async {
        let odd = describing().await;
        let config = config(&odd.url, &flows);
        let server = ActionsServer::of(&config).expect("it is named");
        let actions = server.connect().await.expect("it answers");
        let dispatcher = actions.register(ActionDispatcher::builder()).build();
        let builder = Runtime::builder(config).dispatcher(dispatcher.expect("they fit"));
        builder.check().expect("the actions fit")
    })
}

#[track_caller]
fn check_error(statement: &str, expected: &str) {
    let report = report(statement);
    let error = report.errors().next().expect("it is wrong").to_string();
    assert!(
        error.starts_with("main.co:2:") && error.contains(expected),
        "{error}"
    );
}

#[track_caller]
fn check_warning(statement: &str, expected: &str) {
    let report = report(statement);
    assert_eq!(report.errors().next(), None);
    let warning = report
        .warnings()
        .next()
        .expect("it is doubtful")
        .to_string();
    assert!(
        warning.starts_with("main.co:2:") && warning.contains(expected),
        "{warning}"
    );
}

#[test]
fn unknown_names_are_told_at_start_with_their_place() {
    check_error(
        "await FetchPriseAction(article=\"tea\")",
        "did you mean `FetchPriceAction`?",
    );
    check_error(
        "await FetchPriceAction(artcle=\"tea\")",
        "did you mean `article`?",
    );
}

#[test]
fn arguments_that_do_not_fit_are_told_at_start() {
    check_warning("await FetchPriceAction(article=5)", "a string");
    check_warning(
        "await FetchPriceAction(article=\"tea\", count=1.5)",
        "a whole number",
    );
    check_warning("await FetchPriceAction(count=1)", "no argument `article`");
}

#[test]
fn a_description_becomes_that_of_the_action() {
    block_on(async {
        let odd = describing().await;
        let dispatcher = dispatcher(odd.server()).await;
        let action = dispatcher.action("fetch_price").expect("it is listed");
        assert_eq!(action.description(), "The price of an article.");
        assert_eq!(action.hints().idempotent, Some(true));
        let context: Vec<_> = action.context_variables().collect();
        assert_eq!(context, ["language"]);
        let article = &action.params()[0];
        assert_eq!(
            (article.name(), article.description(), article.is_optional()),
            ("article", "its name", false)
        );
        assert!(action.params()[1].is_optional());
    });
}

#[test]
fn declared_context_variables_are_sent_along_and_nothing_else() {
    block_on(async {
        let odd = describing().await;
        let flows = "flow main\n  global $language\n  global $secret\n  $language = \"de\"\n  $secret = 5\n  await FetchPriceAction(\"tea\")\n  send Out(said=1)\n  match Never()\n";
        let mut session = runtime(&odd.url, flows)
            .await
            .expect("it is right")
            .session();
        said(&mut session, &[]).await;
        let expected = json!({
            "action_name": "FetchPriceAction",
            "action_parameters": {"article": "tea"},
            "context": {"language": "de"},
        });
        assert_eq!(odd.calls(), [expected]);
    });
}

#[test]
fn positional_arguments_need_a_signature() {
    block_on(async {
        let odd = Odd::running(|_| success(&json!(1))).await;
        let dispatcher = dispatcher(odd.server()).await;
        let outcome = dispatcher
            .call("FetchPriceAction", Invocation::new().arg("$0", "tea"))
            .await;
        let error = outcome.expect_err("nobody knows its name");
        assert!(error.to_string().contains("give it by name"), "{error}");
        assert_eq!(odd.calls().len(), 0);
    });
}

#[test]
fn a_server_that_is_down_is_an_error_at_start() {
    block_on(async {
        let error = ActionsServer::new("http://127.0.0.1:9")
            .connect()
            .await
            .expect_err("nobody is there");
        assert_eq!(error.kind(), RemoteErrorKind::Unreachable);
        assert!(
            error
                .to_string()
                .contains("`http://127.0.0.1:9`: it cannot be reached"),
            "{error}"
        );
    });
}

#[test]
fn an_optional_server_may_come_later() {
    block_on(async {
        let flows = "flow main\n  match Go()\n  $price = await FetchPriceAction()\n  send Out(said=$price)\n  match Never()\n";
        let config = config("http://127.0.0.1:9", flows);
        let server = ActionsServer::of(&config).expect("it is named").optional();
        let runtime = runtime_with(server, config).await.expect("it is optional");
        let mut session = runtime.session();
        assert_eq!(said(&mut session, &["Go"]).await, [json!(null)]);
    });
}

#[test]
fn a_server_without_a_list_is_asked_for_what_flows_start() {
    block_on(async {
        let odd = Odd::serving(|asked| match path(asked) {
            "/v1/actions/run" => success(&asked.body["action_name"]),
            _ => not_found(),
        })
        .await;
        let flows = "flow main\n  $price = await FetchPriceAction()\n  send Out(said=$price)\n  match Never()\n";
        let mut session = runtime(&odd.url, flows)
            .await
            .expect("it is right")
            .session();
        assert_eq!(said(&mut session, &[]).await, [json!("FetchPriceAction")]);
    });
}

#[track_caller]
fn check_address(url: &str, path: &str) {
    block_on(async {
        let odd = Odd::serving(|_| Reply::json(&json!([]))).await;
        let url = format!("{}{url}", odd.url);
        let actions = ActionsServer::new(url).connect().await.expect("it answers");
        assert!(actions.actions().is_empty());
        assert_eq!(odd.asked(path).len(), 1, "for {path}");
    });
}

#[test]
fn routes_are_below_the_address() {
    check_address("", "/v1/actions/list");
    check_address("/", "/v1/actions/list");
    check_address("/shop/", "/shop/v1/actions/list");
    check_address("/v1/actions/run", "/v1/actions/list");
}

#[track_caller]
fn check_setting(server: ActionsServer, expected: &str) {
    let error = block_on(server.connect()).expect_err("it is wrong");
    assert_eq!(error.kind(), RemoteErrorKind::Setting);
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[test]
fn wrong_settings_are_errors_at_start() {
    check_setting(
        ActionsServer::new("localhost:8001"),
        "neither `https` nor `http`",
    );
    check_setting(ActionsServer::new("8001"), "cannot be used");
    check_setting(
        ActionsServer::new("http://me:s3cret@host:port"),
        "cannot be used",
    );
    let server = ActionsServer::new("http://localhost:8001");
    check_setting(
        server.clone().bearer_token("s3cret\n"),
        "the header `authorization`",
    );
    check_setting(server.clone().authorities("nothing"), "no certificate");
    check_setting(
        server.client_certificate("s3cret", "s3cret"),
        "no certificate",
    );
}

#[test]
fn what_only_this_program_performs_is_not_taken_from_a_server() {
    block_on(async {
        let odd = Odd::serving(|asked| match path(asked) {
            "/v1/actions/list" => Reply::json(&json!([
                "AddFlowsAction",
                "release_utterance",
                "UtteranceBotAction",
                "TimerBotAction",
                "start_engine",
                "",
                "ok",
                "okAction",
                "OkAction"
            ])),
            _ => not_found(),
        })
        .await;
        let actions = odd.server().connect().await.expect("it answers");
        let names: Vec<_> = actions
            .actions()
            .iter()
            .map(ActionDescriptor::name)
            .collect();
        assert_eq!(names, ["OkAction"]);
    });
}
