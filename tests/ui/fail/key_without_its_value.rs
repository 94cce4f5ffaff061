//! An equals sign without a value.

use action_sdk::prelude::*;

#[action(name = , execute_async = true)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
