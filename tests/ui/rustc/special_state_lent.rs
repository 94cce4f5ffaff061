//! The special parameter `state` as it is meant, without the feature that brings it.

use action_sdk::prelude::*;

#[action]
async fn custom_test(state: &State) {
    let _ = state;
}

fn main() {}
