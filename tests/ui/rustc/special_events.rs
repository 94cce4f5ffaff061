//! The special parameter `events` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(events: i64) {
    let _ = events;
}

fn main() {}
