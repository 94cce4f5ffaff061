//! A type parameter.

use action_sdk::prelude::*;

#[action]
async fn custom_test<T>(value: i64) -> i64 {
    let _ = size_of::<T>();
    value
}

fn main() {}
