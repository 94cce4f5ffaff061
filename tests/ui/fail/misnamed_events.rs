//! The special parameter `events` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(history: &[Event]) {
    let _ = history;
}

#[action]
async fn maybe_lent(history: Option<&[Event]>) {
    let _ = history;
}

#[action]
async fn shared(history: Arc<[Event]>) {
    let _ = history;
}

#[action]
async fn maybe_shared(history: Option<Arc<[Event]>>) {
    let _ = history;
}

#[action]
async fn by_path(history: &[action_sdk::Event]) {
    let _ = history;
}

fn main() {}
