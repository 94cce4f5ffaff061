//! `blocking` is for plain functions.

use action_sdk::prelude::*;

#[action(blocking)]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
