//! A value in an alias of `Result` that is not `Serialize`.

use action_sdk::prelude::*;

struct NotSer;

type MyResult<T> = Result<T, String>;

#[action]
async fn custom_test() -> MyResult<NotSer> {
    Ok(NotSer)
}

fn main() {}
