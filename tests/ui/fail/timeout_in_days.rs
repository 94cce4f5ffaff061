//! An unknown unit.

use action_sdk::prelude::*;

#[action(timeout = "1d")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
