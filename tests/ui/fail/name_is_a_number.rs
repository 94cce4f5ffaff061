//! A name that is not a string.

use action_sdk::prelude::*;

#[action(name = 42)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
