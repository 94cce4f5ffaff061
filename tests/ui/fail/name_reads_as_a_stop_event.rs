//! A name that only begins with the letters of `Stop`.

use action_sdk::prelude::*;

#[action(name = "StopwatchAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
