//! An action that could never run.

use action_sdk::prelude::*;

#[action(concurrency = 0)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
