//! A body that is incomplete.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64) -> i64 {
    value.
}

fn main() {}
