//! The setting `actions_server_url` has an effect, or its author is told that it has none.

use action_sdk::prelude::*;
use action_sdk_runtime::Runtime;
use action_sdk_runtime::remote::ActionsServer;
use serde_json::json;

use crate::support::{Odd, config, success};
use crate::wire::block_on;

const FLOWS: &str = "flow main\n  match Never()\n";

fn warnings(dispatcher: ActionDispatcher, url: &str) -> Vec<String> {
    let builder = Runtime::builder(config(url, FLOWS)).dispatcher(dispatcher);
    let report = builder.check().expect("the actions fit");
    report.warnings().map(ToString::to_string).collect()
}

#[test]
fn a_server_that_no_host_connects_is_told() {
    let dispatcher = ActionDispatcher::builder().build().expect("they fit");
    let warnings = warnings(dispatcher, "http://localhost:8001");
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].starts_with("config.yml:2:1: `actions_server_url` has no effect here; "),
        "{warnings:?}"
    );
}

#[test]
fn a_server_that_is_connected_is_not() {
    block_on(async {
        let odd = Odd::running(|_| success(&json!(1))).await;
        let server = ActionsServer::of(&config(&odd.url, FLOWS)).expect("it is named");
        let actions = server.connect().await.expect("it answers");
        let dispatcher = actions.register(ActionDispatcher::builder()).build();
        let found = warnings(dispatcher.expect("they fit"), &odd.url);
        assert_eq!(found, Vec::<String>::new());
    });
}
