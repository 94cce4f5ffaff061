//! A key without a similar one.

use action_sdk::prelude::*;

#[action(frobnicate = true)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
