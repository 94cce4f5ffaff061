//! A provided method of a trait.

use action_sdk::prelude::*;

trait Counts {
    #[action]
    async fn count(by: i64) -> i64 {
        by
    }
}

fn main() {}
