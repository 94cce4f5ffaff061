//! The special parameter `llm_task_manager` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(llm_task_manager: i64) {
    let _ = llm_task_manager;
}

fn main() {}
