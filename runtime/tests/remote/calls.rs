//! Calls of a server that behaves, our own one: what is sent, and what comes back.

use std::sync::Arc;
use std::time::Duration;

use action_sdk::prelude::*;
use action_sdk_action_server::{ServerOptions, Tls};
use action_sdk_runtime::Runtime;
use action_sdk_runtime::remote::ActionsServer;
use serde_json::{Value, json};

use crate::support::{
    Odd, action, called, config, dispatcher, ours, runtime, runtime_with, said, success,
};
use crate::wire::{Reply, block_on};

const FLOWS: &str = "
flow main
  $price = await FetchPriceAction(article=\"tea\")
  send Out(said=$price)
  match Go()
  send Out(said=\"on\")
  match Never()
";

fn prices() -> Registry {
    Registry::empty().with(action("FetchPriceAction", |call| {
        let article: String = call.argument("article")?;
        match article.as_str() {
            "tea" => Ok(json!({"cents": 350, "of": ["Haifa"]})),
            other => Err(ActionError::failed(format!("there is no `{other}`"))),
        }
    }))
}

#[test]
fn a_flow_awaits_a_remote_action() {
    block_on(async {
        let url = ours(prices(), ServerOptions::new()).await;
        let mut session = runtime(&url, FLOWS).await.expect("it is right").session();
        let price = json!({"cents": 350, "of": ["Haifa"]});
        assert_eq!(said(&mut session, &[]).await, [price]);
    });
}

#[test]
fn a_failure_has_its_reason_and_kind() {
    block_on(async {
        let url = ours(prices(), ServerOptions::new()).await;
        let error = called(ActionsServer::new(url), "gold")
            .await
            .expect_err("there is none");
        assert_eq!(error.kind(), ActionErrorKind::Failed);
        assert_eq!(
            error.to_string(),
            "action `FetchPriceAction` failed: there is no `gold`"
        );
    });
}

#[test]
fn the_conversation_goes_on_after_a_failure() {
    block_on(async {
        let url = ours(prices(), ServerOptions::new()).await;
        let flows = FLOWS.replace("tea", "gold");
        let mut session = runtime(&url, &flows).await.expect("it is right").session();
        assert_eq!(said(&mut session, &[]).await, [Value::Null]);
        assert_eq!(said(&mut session, &["Go"]).await, [json!("on")]);
    });
}

#[test]
fn our_server_tells_signatures() {
    block_on(async {
        let price = action("FetchPriceAction", |_| Ok(5))
            .with_description("The price of an article.")
            .with_param(ParamDescriptor::argument("article", "String"))
            .with_param(ParamDescriptor::argument("count", "u32").optional());
        let url = ours(Registry::empty().with(price), ServerOptions::new()).await;
        let dispatcher = dispatcher(ActionsServer::new(url)).await;
        let price = dispatcher.action("FetchPriceAction").expect("it is listed");
        assert_eq!(price.description(), "The price of an article.");
        let params: Vec<_> = price
            .params()
            .iter()
            .map(|param| (param.name(), param.is_optional()))
            .collect();
        let expected = [("article", false), ("count", true)];
        assert_eq!(params, expected);
        let call = dispatcher.call("FetchPriceAction", Invocation::new().arg("artcle", "tea"));
        let error = call.await.expect_err("there is no such argument");
        assert_eq!(error.kind(), ActionErrorKind::UnknownArgument);
    });
}

#[test]
fn messages_for_the_user_are_said() {
    block_on(async {
        let greet = action("FetchPriceAction", |call| {
            call.dispatcher().utter_text("One moment.");
            Ok("asked")
        });
        let url = ours(Registry::empty().with(greet), ServerOptions::new()).await;
        let dispatcher = dispatcher(ActionsServer::new(url)).await;
        let result = dispatcher
            .call("FetchPriceAction", Invocation::new())
            .await
            .expect("it works");
        let texts: Vec<_> = result
            .responses()
            .iter()
            .filter_map(|said| said.as_text())
            .collect();
        assert_eq!(
            (texts, &result.return_value),
            (vec!["One moment."], &json!("asked"))
        );
    });
}

#[test]
fn a_call_is_sent_as_the_reference_sends_it() {
    block_on(async {
        let odd = Odd::running(|_| success(&json!("3.50"))).await;
        assert_eq!(
            called(odd.server(), "tea").await.expect("it works"),
            json!("3.50")
        );
        let expected =
            json!({"action_name": "fetch_price", "action_parameters": {"article": "tea"}});
        assert_eq!(odd.calls(), [expected]);
    });
}

#[test]
fn unicode_arrives_as_it_was_sent() {
    block_on(async {
        let odd = Odd::running(|asked| success(&asked.body["action_parameters"]["article"])).await;
        let text = "чай\u{0}\u{202e}\u{1f375}\"\\";
        assert_eq!(
            called(odd.server(), text).await.expect("it works"),
            json!(text)
        );
    });
}

#[test]
fn the_token_and_headers_are_sent() {
    block_on(async {
        let odd = Odd::running(|_| success(&Value::Null)).await;
        let server = odd.server().bearer_token("s3cret").header("x-shop", "5");
        called(server, "tea").await.expect("it works");
        for path in ["/v1/actions/list", "/v1/actions/run"] {
            let asked = odd.asked(path).remove(0);
            assert_eq!(
                asked.header("authorization"),
                Some("Bearer s3cret"),
                "for {path}"
            );
            assert_eq!(asked.header("x-shop"), Some("5"), "for {path}");
        }
    });
}

#[test]
fn our_server_takes_the_token() {
    block_on(async {
        let url = ours(prices(), ServerOptions::new().token("shop", "s3cret")).await;
        let server = ActionsServer::new(&url).bearer_token("s3cret");
        assert!(called(server, "tea").await.is_ok());
        let error = ActionsServer::new(&url)
            .connect()
            .await
            .expect_err("no token");
        assert!(
            error.to_string().contains("`ActionsServer::bearer_token`"),
            "{error}"
        );
    });
}

/// The certificates of the server's own tests.
macro_rules! certificate {
    ($file:literal) => {
        include_bytes!(concat!("../../../action-server/tests/data/", $file)).as_slice()
    };
}

async fn secured(server: impl FnOnce(ActionsServer) -> ActionsServer) -> Result<Value, String> {
    let (chain, key) = (certificate!("server.pem"), certificate!("server.key"));
    let tls = Tls::from_pem_with_clients(chain, key, certificate!("ca.pem")).expect("they fit");
    let url = ours(prices(), ServerOptions::new().tls(tls)).await;
    let url = url.replace("http://127.0.0.1", "https://localhost");
    let server = server(ActionsServer::new(url));
    let actions = server.connect().await.map_err(|error| error.to_string())?;
    let dispatcher = actions.register(ActionDispatcher::builder().registry(Registry::empty()));
    let dispatcher = dispatcher.build().expect("they fit");
    let called = dispatcher
        .call("FetchPriceAction", Invocation::new().arg("article", "tea"))
        .await;
    Ok(called.map_err(|error| error.to_string())?.return_value)
}

#[test]
fn tls_with_own_authorities_and_a_certificate() {
    block_on(async {
        let (chain, key) = (certificate!("client.pem"), certificate!("client.key"));
        let server = |server: ActionsServer| {
            server
                .authorities(certificate!("ca.pem"))
                .client_certificate(chain, key)
        };
        assert_eq!(secured(server).await.expect("it works")["cents"], 350);
    });
}

#[test]
fn an_unknown_authority_is_refused() {
    block_on(async {
        let error = secured(|server| server)
            .await
            .expect_err("nobody knows the authority");
        assert!(
            error.contains("cannot be reached") && error.contains("certificate"),
            "{error}"
        );
    });
}

const STOPPING: &str = "
flow asking
  await FetchPriceAction(article=\"tea\")

flow main
  start asking as $asking
  await TickAction()
  send StopFlow(flow_instance_uid=$asking.uid)
  send Out(said=\"stopped\")
  match Never()
";

#[test]
fn a_flow_that_stops_the_action_closes_the_request() {
    block_on(async {
        let odd = Odd::running(|_| Reply::raw(b"").held()).await;
        let config = config(&odd.url, STOPPING);
        let server = ActionsServer::of(&config).expect("it is named");
        let tick = |_: Arc<Call>| async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok::<_, ActionError>(())
        };
        let tick = ActionDescriptor::new("TickAction", tick).expect("it is a name");
        let actions = server.connect().await.expect("it answers");
        let dispatcher = actions.register(ActionDispatcher::builder().register(tick));
        let dispatcher = dispatcher.build().expect("they fit");
        let runtime = Runtime::builder(config).dispatcher(dispatcher).build();
        let mut session = runtime.expect("it is right").session();
        assert_eq!(said(&mut session, &[]).await, [json!("stopped")]);
        // The list, the question about a signature, and the call.
        odd.until_answered(3).await;
        assert_eq!(odd.calls().len(), 1);
    });
}

#[test]
fn a_conversation_that_ends_closes_its_requests() {
    block_on(async {
        let odd = Odd::running(|_| Reply::raw(b"").held()).await;
        let mut session = runtime(&odd.url, FLOWS)
            .await
            .expect("it is right")
            .session();
        let asked = session.process_events(Vec::new());
        let late = tokio::time::timeout(Duration::from_millis(50), asked).await;
        assert!(late.is_err(), "the call hangs");
        drop(session);
        odd.until_answered(3).await;
    });
}

#[test]
fn only_so_many_requests_at_once() {
    block_on(async {
        let odd = Odd::running(|_| success(&Value::Null)).await;
        let dispatcher = dispatcher(odd.server().max_calls(1)).await;
        let call = || dispatcher.call("FetchPriceAction", Invocation::new());
        let (one, other, third) = tokio::join!(call(), call(), call());
        assert!(one.is_ok() && other.is_ok() && third.is_ok());
        assert_eq!(odd.calls().len(), 3);
    });
}

#[test]
fn context_variables_are_sent_to_functions_of_the_reference() {
    block_on(async {
        let odd = Odd::running(|_| success(&Value::Null)).await;
        let flows = "flow main\n  global $language\n  $language = \"de\"\n  await FetchPriceAction(article=\"tea\")\n  send Out(said=1)\n  match Never()\n";
        let config = config(&odd.url, flows);
        let server = ActionsServer::of(&config)
            .expect("it is named")
            .context("fetch_price", ["language", "none"]);
        let mut session = runtime_with(server, config)
            .await
            .expect("it is right")
            .session();
        said(&mut session, &[]).await;
        let arguments =
            json!({"article": "tea", "__context__language": "de", "__context__none": null});
        assert_eq!(odd.calls()[0]["action_parameters"], arguments);
    });
}
