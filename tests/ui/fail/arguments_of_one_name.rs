//! A `rename` that collides.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64, #[arg(rename = "value")] other: i64) -> i64 {
    value + other
}

fn main() {}
