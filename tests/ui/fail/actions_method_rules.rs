//! Methods have the same rules as functions.

use action_sdk::prelude::*;

struct Counter;

#[actions]
impl Counter {
    #[action(name = "Incr")]
    async fn incr(&self, by: i64) -> i64 {
        by
    }

    #[action]
    fn decr(&self, by: i64) -> i64 {
        by
    }

    #[action]
    async fn reset(&self, ctx: &Context) {
        let _ = ctx;
    }

    #[action]
    #[action(name = "GreetAction")]
    async fn hello(&self) {}
}

fn main() {}
