//! The special parameter `llm_task_manager` under another name, in every form.

use action_sdk::prelude::*;

#[action]
async fn lent(tasks: &LlmTaskManager) {
    let _ = tasks;
}

#[action]
async fn maybe_lent(tasks: Option<&LlmTaskManager>) {
    let _ = tasks;
}

#[action]
async fn handle(tasks: LlmTaskManager) {
    let _ = tasks;
}

#[action]
async fn maybe_handle(tasks: Option<LlmTaskManager>) {
    let _ = tasks;
}

fn main() {}
