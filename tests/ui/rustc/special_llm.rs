//! The special parameter `llm` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(llm: i64) {
    let _ = llm;
}

fn main() {}
