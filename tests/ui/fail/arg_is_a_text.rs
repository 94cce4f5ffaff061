//! A string in place of a key of `#[arg]`.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg("in")] value: i64) -> i64 {
    value
}

fn main() {}
