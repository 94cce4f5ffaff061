//! The special parameter `domain` under another name, in every form.

use action_sdk::prelude::*;
use std::sync::Arc;

#[action]
async fn lent(rules: &Domain) {
    let _ = rules;
}

#[action]
async fn maybe_lent(rules: Option<&Domain>) {
    let _ = rules;
}

#[action]
async fn shared(rules: Arc<Domain>) {
    let _ = rules;
}

#[action]
async fn maybe_shared(rules: Option<Arc<Domain>>) {
    let _ = rules;
}

fn main() {}
