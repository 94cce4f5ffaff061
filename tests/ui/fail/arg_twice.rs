//! Two attributes in place of one.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = 1)] #[arg(default = 2)] value: i64) -> i64 {
    value
}

fn main() {}
