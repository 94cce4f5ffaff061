//! `#[arg]` in a `cfg_attr`.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[cfg_attr(all(), arg(default))] limit: i64) -> i64 {
    limit
}

fn main() {}
