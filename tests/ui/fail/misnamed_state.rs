//! The special parameter `state` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(conversation: &State) {
    let _ = conversation;
}

#[action]
async fn maybe_lent(conversation: Option<&State>) {
    let _ = conversation;
}

#[action]
async fn shared(conversation: Arc<State>) {
    let _ = conversation;
}

#[action]
async fn maybe_shared(conversation: Option<Arc<State>>) {
    let _ = conversation;
}

fn main() {}
