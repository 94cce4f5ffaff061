//! The special parameter `state` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(state: i64) {
    let _ = state;
}

fn main() {}
