//! A name that Colang reads as a `Change…` event.

use action_sdk::prelude::*;

#[action(name = "ChangeVolumeAction")]
async fn custom_test(value: i64) -> i64 {
    value
}

fn main() {}
