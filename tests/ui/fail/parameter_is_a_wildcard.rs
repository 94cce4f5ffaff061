//! A parameter without a name.

use action_sdk::prelude::*;

#[action]
async fn custom_test(_: i64) {}

fn main() {}
