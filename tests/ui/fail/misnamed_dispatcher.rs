//! The special parameter `dispatcher` under another name, in every form.

use action_sdk::prelude::*;

#[action]
async fn lent(out: &CollectingDispatcher) {
    let _ = out;
}

#[action]
async fn maybe_lent(out: Option<&CollectingDispatcher>) {
    let _ = out;
}

#[action]
async fn handle(out: CollectingDispatcher) {
    let _ = out;
}

#[action]
async fn maybe_handle(out: Option<CollectingDispatcher>) {
    let _ = out;
}

fn main() {}
