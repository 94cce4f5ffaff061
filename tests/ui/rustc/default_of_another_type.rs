//! A default of the wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = "ten")] n: i64) -> i64 {
    n
}

fn main() {}
