//! A list of a type without a schema.

use action_sdk::prelude::*;

#[derive(serde::Deserialize)]
struct Plain;

#[action]
async fn custom_test(#[arg(default)] values: Vec<Plain>) {
    let _ = values;
}

fn main() {}
