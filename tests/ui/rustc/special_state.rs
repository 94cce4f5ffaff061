//! The special parameter `state` without the feature that brings it.

use action_sdk::prelude::*;

#[action]
async fn custom_test(state: i64) {
    let _ = state;
}

fn main() {}
