//! A default that is an unknown name.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = TEN)] n: i64) -> i64 {
    n
}

fn main() {}
