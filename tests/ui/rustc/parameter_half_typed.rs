//! A parameter that is incomplete.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: ) -> i64 {
    5
}

fn main() {}
