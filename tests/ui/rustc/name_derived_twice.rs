//! One name from two functions.

use action_sdk::prelude::*;

#[action]
async fn custom_test() {}

#[action]
async fn custom_test_action() {}

fn main() {}
