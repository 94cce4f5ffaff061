//! The special parameter `events` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(events: i64) {
    let _ = events;
}

fn main() {}
