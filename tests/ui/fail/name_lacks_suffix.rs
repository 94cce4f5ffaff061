//! A name without the suffix.

use action_sdk::prelude::*;

#[action(name = "CustomTest")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
