//! An empty alias.

use action_sdk::prelude::*;

#[action(aliases = [""])]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
