//! A new name without quotes.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(rename = from)] value: i64) -> i64 {
    value
}

fn main() {}
