//! Who performs an action that several provide.

use action_sdk::ParamKind;
use action_sdk::prelude::*;
use serde_json::{Value, json};

use crate::support::{Odd, action, success};
use crate::wire::block_on;

/// Who answers in a program with this action, beside a server that has `fetch_price`.
fn answering(own: ActionDescriptor, is_local_first: bool) -> Value {
    block_on(async {
        let odd = Odd::running(|_| success(&json!("there"))).await;
        let server = match is_local_first {
            true => odd.server().local_first(),
            false => odd.server(),
        };
        let name = own.name().to_owned();
        let builder = ActionDispatcher::builder()
            .registry(Registry::empty())
            .register(own);
        let actions = server.connect().await.expect("it answers");
        let dispatcher = actions.register(builder).build().expect("they fit");
        let result = dispatcher.call(&name, Invocation::new()).await;
        result.expect("it works").return_value
    })
}

fn here(name: &'static str) -> ActionDescriptor {
    action(name, |_| Ok("here"))
}

#[test]
fn the_server_performs_what_it_offers() {
    assert_eq!(answering(here("FetchPriceAction"), false), "there");
    assert_eq!(
        answering(here("FetchPRICEAction").with_alias("fetch_price"), false),
        "there"
    );
}

#[test]
fn an_action_of_another_name_runs_here() {
    assert_eq!(answering(here("FetchNewsAction"), false), "here");
}

#[test]
fn a_system_action_runs_here() {
    assert_eq!(
        answering(here("FetchPriceAction").with_is_system_action(true), false),
        "here"
    );
}

#[test]
fn local_first_turns_it_round() {
    assert_eq!(answering(here("FetchPriceAction"), true), "here");
}

#[test]
fn the_twin_tells_what_the_server_does_not() {
    block_on(async {
        let odd = Odd::running(|_| success(&Value::Null)).await;
        let language =
            ParamDescriptor::argument("language", "String").with_kind(ParamKind::Context);
        let twin = here("FetchPriceAction")
            .with_param(ParamDescriptor::argument("article", "String"))
            .with_param(language)
            .with_execute_async(true);
        let actions = odd.server().connect().await.expect("it answers");
        let builder = ActionDispatcher::builder().registry(Registry::empty().with(twin));
        let dispatcher = actions.register(builder).build().expect("they fit");
        assert!(
            dispatcher
                .action("FetchPriceAction")
                .expect("it is there")
                .execute_async()
        );

        let scope = CallScope::new().with_context(Context::new().with("language", "de"));
        let call = |name| Invocation::new().arg(name, "tea").scope(scope.clone());
        let refused = dispatcher.call("FetchPriceAction", call("artcle")).await;
        let refused = refused.expect_err("there is no such argument");
        assert_eq!(refused.kind(), ActionErrorKind::UnknownArgument);
        dispatcher
            .call("FetchPriceAction", call("$0"))
            .await
            .expect("it works");
        let sent = json!({"article": "tea", "__context__language": "de"});
        assert_eq!(odd.calls()[0]["action_parameters"], sent);
    });
}
