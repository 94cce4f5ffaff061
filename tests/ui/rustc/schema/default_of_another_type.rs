//! A default of another type is one mistake, though the schema asks for it too.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = "ten")] value: i64) -> i64 {
    value
}

fn main() {}
