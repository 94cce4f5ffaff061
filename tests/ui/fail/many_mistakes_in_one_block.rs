//! All mistakes of one block are reported at once.

use action_sdk::prelude::*;

struct Counter<T>(T);

#[actions(name = "CountAction")]
impl<T> Counter<T> {
    #[action(name = "Incr", exec_async)]
    async fn incr(&mut self, ctx: &Context) {
        let _ = ctx;
    }

    #[action]
    fn decr(&self, #[arg(defalt = 1)] by: i64) -> i64 {
        by
    }
}

fn main() {}
