//! A default that is no such value.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = "ten")] n: i64) -> i64 {
    n
}

fn main() {}
