//! The special parameter `cancel` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(cancel: i64) {
    let _ = cancel;
}

fn main() {}
