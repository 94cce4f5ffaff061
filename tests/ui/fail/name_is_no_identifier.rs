//! Spaces and a hyphen in a name.

use action_sdk::prelude::*;

#[action(name = "My Test-Action")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
