//! A value in an alias of `Result` that serde cannot write.

use action_sdk::prelude::*;

struct NotSer;

type MyResult<T> = Result<T, String>;

#[action]
async fn custom_test() -> MyResult<NotSer> {
    Ok(NotSer)
}

fn main() {}
