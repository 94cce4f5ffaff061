//! A method's return type that is not `Serialize`.

use action_sdk::prelude::*;

struct Counter;

struct NotSer;

#[actions]
impl Counter {
    #[action]
    async fn incr(&self) -> NotSer {
        NotSer
    }
}

fn main() {}
