//! `blocking` is a flag.

use action_sdk::prelude::*;

#[action(blocking = "yes")]
fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
