//! A name in the body that does not exist.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64) -> i64 {
    valu
}

fn main() {}
