//! `#[action]` in a `cfg_attr`, in a block.

use action_sdk::prelude::*;

struct Counter;

#[actions]
impl Counter {
    #[cfg_attr(all(), action)]
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
