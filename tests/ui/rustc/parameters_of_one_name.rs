//! Two parameters of one name: the compiler's own error.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64, value: i64) -> i64 {
    value
}

fn main() {}
