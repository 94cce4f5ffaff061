//! The special parameter `config` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(rails: &RailsConfig) {
    let _ = rails;
}

#[action]
async fn maybe_lent(rails: Option<&RailsConfig>) {
    let _ = rails;
}

#[action]
async fn shared(rails: Arc<RailsConfig>) {
    let _ = rails;
}

#[action]
async fn maybe_shared(rails: Option<Arc<RailsConfig>>) {
    let _ = rails;
}

fn main() {}
