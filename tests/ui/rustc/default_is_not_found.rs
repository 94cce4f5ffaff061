//! A default that names nothing.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = TEN)] n: i64) -> i64 {
    n
}

fn main() {}
