//! `#[action]` on a whole block.

use action_sdk::prelude::*;

struct Counter;

#[action]
impl Counter {
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
