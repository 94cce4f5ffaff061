//! Remaining arguments as a type without a schema.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Plain {}

#[action]
async fn custom_test(#[arg(rest)] rest: Plain) {
    let _ = rest;
}

fn main() {}
