//! A warning is reported once.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: i64) {}

fn main() {}
