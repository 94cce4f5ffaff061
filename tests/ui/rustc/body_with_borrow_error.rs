//! A use after a move.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: String) -> String {
    drop(value);
    value
}

fn main() {}
