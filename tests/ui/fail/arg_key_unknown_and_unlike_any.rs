//! A key of `#[arg]` without a similar one.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(range = 1)] value: i64) -> i64 {
    value
}

fn main() {}
