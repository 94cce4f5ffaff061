//! A block for a trait object.

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
