//! An argument that is `Deserialize` and has no schema.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Plain;

#[action]
async fn custom_test(value: Plain) {
    let _ = value;
}

fn main() {}
