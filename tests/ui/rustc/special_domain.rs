//! The special parameter `domain` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(domain: i64) {
    let _ = domain;
}

fn main() {}
