//! A receiver that is not `Sync`.

use action_sdk::prelude::*;
use std::cell::Cell;

struct Counter(Cell<i64>);

#[actions]
impl Counter {
    #[action]
    async fn incr(&self) {}
}

fn main() {}
