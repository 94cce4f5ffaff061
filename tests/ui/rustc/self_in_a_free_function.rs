//! `self` without an `impl` block.

use action_sdk::prelude::*;

#[action]
async fn custom_test(&self) {}

fn main() {}
