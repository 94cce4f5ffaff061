//! Two attributes on one function.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction")]
#[action(name = "OtherTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
