//! A block in which no method is marked.

use action_sdk::prelude::*;

struct Counter;

#[actions]
impl Counter {
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
