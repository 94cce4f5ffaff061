//! The special parameter `llm` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(llm: i64) {
    let _ = llm;
}

fn main() {}
