//! A name without `name =`.

use action_sdk::prelude::*;

#[action("CustomTestAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
