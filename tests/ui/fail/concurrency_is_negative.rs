//! Fewer than none.

use action_sdk::prelude::*;

#[action(concurrency = -1)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
