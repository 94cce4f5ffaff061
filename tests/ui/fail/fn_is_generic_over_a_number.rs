//! A const parameter.

use action_sdk::prelude::*;

#[action]
async fn custom_test<const N: usize>(value: i64) -> i64 {
    let _ = N;
    value
}

fn main() {}
