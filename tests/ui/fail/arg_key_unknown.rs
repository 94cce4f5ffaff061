//! A key of `#[arg]` that nearly exists.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(defalt = 1)] value: i64) -> i64 {
    value
}

fn main() {}
