//! A method without a body.

use action_sdk::prelude::*;

trait Counts {
    #[action]
    async fn incr(by: i64) -> i64;
}

fn main() {}
