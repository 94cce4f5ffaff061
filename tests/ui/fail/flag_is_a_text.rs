//! A flag in quotes.

use action_sdk::prelude::*;

#[action(execute_async = "true")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
