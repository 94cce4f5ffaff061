//! A timeout in quotes without a unit.

use action_sdk::prelude::*;

#[action(timeout = "5")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
