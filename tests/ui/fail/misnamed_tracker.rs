//! The special parameter `tracker` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(conversation: &Tracker) {
    let _ = conversation;
}

#[action]
async fn maybe_lent(conversation: Option<&Tracker>) {
    let _ = conversation;
}

#[action]
async fn shared(conversation: Arc<Tracker>) {
    let _ = conversation;
}

#[action]
async fn maybe_shared(conversation: Option<Arc<Tracker>>) {
    let _ = conversation;
}

fn main() {}
