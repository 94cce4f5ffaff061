//! An alias that is the name, written or derived.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction", aliases = ["CustomTestAction"])]
async fn written(value: i64) -> i64 {
    value
}

#[action(aliases = ["DerivedAction"])]
async fn derived(value: i64) -> i64 {
    value
}

fn main() {}
