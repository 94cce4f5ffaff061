//! The special parameter `tracker` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(tracker: i64) {
    let _ = tracker;
}

fn main() {}
