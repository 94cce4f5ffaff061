//! A default for an `Option`, which already has one.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default = Some(1))] value: Option<i64>) -> Option<i64> {
    value
}

#[action]
async fn variable_test(#[arg(context, default)] value: Option<i64>) -> Option<i64> {
    value
}

fn main() {}
