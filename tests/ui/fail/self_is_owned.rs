//! A method that takes `self` by value, in every form.

use action_sdk::prelude::*;

use std::sync::Arc;

struct Counter(i64);

#[actions]
impl Counter {
    #[action]
    async fn incr(self, by: i64) -> i64 {
        self.0 + by
    }

    #[action]
    async fn incr_shared(self: Arc<Self>, by: i64) -> i64 {
        self.0 + by
    }
}

fn main() {}
