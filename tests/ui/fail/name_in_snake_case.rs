//! A name in snake case.

use action_sdk::prelude::*;

#[action(name = "custom_test_action")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
