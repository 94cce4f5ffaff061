//! A path in quotes.

use action_sdk::prelude::*;

#[action(crate = "my_facade::action_sdk")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
