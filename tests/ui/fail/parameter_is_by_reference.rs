//! A `ref` in a parameter.

use action_sdk::prelude::*;

#[action]
async fn custom_test(ref value: i64) -> i64 {
    *value
}

fn main() {}
