//! The special parameter `context` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(ctx: &Context) {
    let _ = ctx;
}

#[action]
async fn maybe_lent(ctx: Option<&Context>) {
    let _ = ctx;
}

#[action]
async fn shared(ctx: Arc<Context>) {
    let _ = ctx;
}

#[action]
async fn maybe_shared(ctx: Option<Arc<Context>>) {
    let _ = ctx;
}

#[action]
async fn by_path(ctx: &action_sdk::Context) {
    let _ = ctx;
}

fn main() {}
