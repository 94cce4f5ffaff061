//! A letter that is not allowed in Colang.

use action_sdk::prelude::*;

#[action(name = "PrüfeAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
