//! A rest that has no schema.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Plain {}

#[action]
async fn custom_test(#[arg(rest)] rest: Plain) {
    let _ = rest;
}

fn main() {}
