//! `#[arg = …]` is not a valid form.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg = 10] value: i64) -> i64 {
    value
}

fn main() {}
