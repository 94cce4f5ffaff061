//! `$0` is a position, not a name.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(rename = "$0")] first: i64, #[arg(rename = "")] second: i64) -> i64 {
    first + second
}

fn main() {}
