//! Actions in the implementation of a trait.

use action_sdk::prelude::*;

struct Counter;

trait Counts {
    async fn incr(&self, by: i64) -> i64;
}

#[actions]
impl Counts for Counter {
    #[action]
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
