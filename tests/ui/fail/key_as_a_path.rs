//! A path for a key.

use action_sdk::prelude::*;

#[action(action::name = "CustomTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
