//! A tuple pattern.

use action_sdk::prelude::*;

#[action]
async fn custom_test((a, b): (i64, i64)) -> i64 {
    a + b
}

fn main() {}
