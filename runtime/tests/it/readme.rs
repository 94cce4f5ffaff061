//! The flow that the README shows first works as shown.

use action_sdk::action;
use action_sdk_runtime::testing::TestChat;

use crate::support;

const README: &str = include_str!("../../../README.md");

/// The action of the README.
#[action]
async fn get_price(drink: &str) -> Option<f64> {
    (drink == "tea").then_some(2.5)
}

fn flow() -> &'static str {
    let (_, rest) = README.split_once("```colang\n").expect("a flow");
    let (flow, _) = rest.split_once("```").expect("its end");
    flow
}

async fn check(said: &str, answer: &str) {
    let mut chat = TestChat::new(&support::runtime(flow())).await;
    chat.user(said).await;
    chat.bot(answer);
}

#[tokio::test]
async fn the_price_of_a_drink_is_told() {
    check("tea", "tea is 2.5 euros.").await;
}

#[tokio::test]
async fn an_unknown_drink_is_told() {
    check("gin", "We have no gin.").await;
}
