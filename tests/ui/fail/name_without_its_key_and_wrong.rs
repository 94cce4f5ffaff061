//! A wrong name without `name =`: the fix has the right one.

use action_sdk::prelude::*;

#[action("custom_test")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
