//! A path to a missing crate.

use action_sdk::prelude::*;

#[action(crate = nowhere::action_sdk)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
