//! The special parameter `cancel` under another name, in every form.

use action_sdk::prelude::*;

#[action]
async fn lent(token: &CancellationToken) {
    let _ = token;
}

#[action]
async fn maybe_lent(token: Option<&CancellationToken>) {
    let _ = token;
}

#[action]
async fn handle(token: CancellationToken) {
    let _ = token;
}

#[action]
async fn maybe_handle(token: Option<CancellationToken>) {
    let _ = token;
}

fn main() {}
