//! A key that is like no other.

use action_sdk::prelude::*;

#[action(frobnicate = true)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
