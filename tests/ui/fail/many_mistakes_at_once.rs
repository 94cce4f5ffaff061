//! All mistakes of one function are reported at once.

use action_sdk::prelude::*;

#[action(name = "custom_test", exec_async = true, timeout = 5, concurrency = 0, aliases = "x", read_only = "no")]
fn custom_test<T>(
    (a, b): (i64, i64),
    ctx: &Context,
    values: &[i64],
    uid: i64,
    #[arg(defalt = 1)] limit: i64,
    #[arg(default = Some(1))] tag: Option<i64>,
) -> i64 {
    a + b
}

fn main() {}
