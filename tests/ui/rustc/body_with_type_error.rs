//! An error in the body is reported once.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64) -> String {
    value
}

fn main() {}
