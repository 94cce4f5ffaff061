//! An unsafe function.

use action_sdk::prelude::*;

#[action]
async unsafe fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
