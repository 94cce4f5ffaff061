//! A digit first.

use action_sdk::prelude::*;

#[action(name = "2faCheckAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
