//! A function of another calling convention.

use action_sdk::prelude::*;

#[action]
async extern "C" fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
