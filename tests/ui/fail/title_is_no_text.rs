//! Values that are not strings.

use action_sdk::prelude::*;

#[action(title = true, description = 5)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
