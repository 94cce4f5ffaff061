//! The special parameter `llm` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(model: &dyn Llm) {
    let _ = model;
}

#[action]
async fn maybe_lent(model: Option<&dyn Llm>) {
    let _ = model;
}

#[action]
async fn shared(model: Arc<dyn Llm>) {
    let _ = model;
}

#[action]
async fn maybe_shared(model: Option<Arc<dyn Llm>>) {
    let _ = model;
}

#[action]
async fn by_path(model: &(dyn Llm + Send)) {
    let _ = model;
}

fn main() {}
