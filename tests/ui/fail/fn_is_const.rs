//! A constant function.

use action_sdk::prelude::*;

#[action(blocking)]
const fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
