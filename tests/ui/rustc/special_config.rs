//! The special parameter `config` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(config: i64) {
    let _ = config;
}

fn main() {}
