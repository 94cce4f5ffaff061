//! An attribute that is incomplete.

use action_sdk::prelude::*;

#[action(name = )]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
