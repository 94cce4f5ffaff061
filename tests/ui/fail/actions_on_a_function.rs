//! `#[actions]` for `#[action]`.

use action_sdk::prelude::*;

#[actions]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
