//! Two keys without a comma between them.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction" execute_async = true)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
