//! A type without a default.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Level;

#[action]
async fn custom_test(#[arg(default)] level: Level) {
    let _ = level;
}

fn main() {}
