//! A plain function without `blocking`.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction")]
fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
