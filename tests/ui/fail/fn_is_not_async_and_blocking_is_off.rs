//! `blocking = false` is the same as no `blocking`.

use action_sdk::prelude::*;

#[action(blocking = false)]
fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
