//! The special parameter `domain` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(domain: i64) {
    let _ = domain;
}

fn main() {}
