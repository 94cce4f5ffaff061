//! The special parameter `tracker` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(tracker: i64) {
    let _ = tracker;
}

fn main() {}
