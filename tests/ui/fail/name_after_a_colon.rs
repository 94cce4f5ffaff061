//! A colon in place of the equals sign.

use action_sdk::prelude::*;

#[action(name: "CustomTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
