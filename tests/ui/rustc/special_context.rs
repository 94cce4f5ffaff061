//! The special parameter `context` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: i64) {
    let _ = context;
}

fn main() {}
