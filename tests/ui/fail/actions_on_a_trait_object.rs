//! A block of what has no type of its own.

use action_sdk::prelude::*;

trait Store: Send + Sync {}

#[actions]
impl dyn Store {
    #[action]
    async fn count(&self) -> i64 {
        1
    }
}

fn main() {}
