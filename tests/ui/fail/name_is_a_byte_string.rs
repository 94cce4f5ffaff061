//! A byte string as a name.

use action_sdk::prelude::*;

#[action(name = b"CustomTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
