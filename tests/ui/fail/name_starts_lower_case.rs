//! A name that starts with a lower-case letter.

use action_sdk::prelude::*;

#[action(name = "customTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
