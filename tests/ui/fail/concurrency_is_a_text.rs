//! A number in quotes.

use action_sdk::prelude::*;

#[action(concurrency = "8")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
