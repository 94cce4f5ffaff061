//! A block for many types.

use action_sdk::prelude::*;

struct Counter<T>(T);

#[actions]
impl<T: Send + Sync + 'static> Counter<T> {
    #[action]
    async fn incr(&self, by: i64) -> i64 {
        by
    }
}

fn main() {}
