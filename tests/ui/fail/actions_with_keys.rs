//! Keys that belong to a method.

use action_sdk::prelude::*;

struct Counter;

#[actions(name = "IncrAction")]
impl Counter {
    #[action]
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
