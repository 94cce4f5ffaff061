//! A default of another type is reported once, although the schema uses it too.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = "ten")] value: i64) -> i64 {
    value
}

fn main() {}
