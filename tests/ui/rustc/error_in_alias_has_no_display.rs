//! An error that is not `Display`, behind an alias.

use action_sdk::prelude::*;

struct NoDisplay;

type MyResult<T> = Result<T, NoDisplay>;

#[action]
async fn custom_test() -> MyResult<i64> {
    Err(NoDisplay)
}

fn main() {}
