//! The special parameter `state` with the right type, without its feature.

use action_sdk::prelude::*;

#[action]
async fn custom_test(state: &State) {
    let _ = state;
}

fn main() {}
