//! An associated function without `#[actions]` on its block.

use action_sdk::prelude::*;

struct Counter;

impl Counter {
    #[action]
    async fn count(by: i64) -> i64 {
        by
    }
}

fn main() {}
