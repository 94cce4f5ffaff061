//! The special parameter `config` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(config: i64) {
    let _ = config;
}

fn main() {}
