//! A timeout of zero.

use action_sdk::prelude::*;

#[action(timeout = "0s")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
