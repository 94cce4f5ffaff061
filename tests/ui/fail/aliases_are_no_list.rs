//! One alias without brackets.

use action_sdk::prelude::*;

#[action(aliases = "action_custom_test")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
