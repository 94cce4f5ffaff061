//! The special parameter `state` without its feature.

use action_sdk::prelude::*;

#[action]
async fn custom_test(state: i64) {
    let _ = state;
}

fn main() {}
