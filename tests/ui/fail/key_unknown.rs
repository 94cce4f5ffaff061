//! A key that nearly exists.

use action_sdk::prelude::*;

#[action(exec_async = true)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
