//! A tool hint that is neither true nor false.

use action_sdk::prelude::*;

#[action(read_only = 1, destructive = no)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
