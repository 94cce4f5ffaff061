//! A context variable of a type that cannot be borrowed from JSON.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(context)] last_scores: &[f64]) {
    let _ = last_scores;
}

fn main() {}
