//! The same in a method.

use action_sdk::prelude::*;
use std::rc::Rc;

struct Counter;

#[actions]
impl Counter {
    #[action]
    async fn incr(&self, by: i64) -> i64 {
        let shared = Rc::new(by);
        std::future::ready(()).await;
        *shared
    }
}

fn main() {}
