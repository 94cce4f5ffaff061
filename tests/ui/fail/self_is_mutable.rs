//! A method with `&mut self`.

use action_sdk::prelude::*;

struct Counter(i64);

#[actions]
impl Counter {
    #[action]
    async fn incr(&mut self, by: i64) -> i64 {
        self.0 += by;
        self.0
    }
}

fn main() {}
