//! A name that Colang reads as a `Start…` event.

use action_sdk::prelude::*;

#[action(name = "StartEngineAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
