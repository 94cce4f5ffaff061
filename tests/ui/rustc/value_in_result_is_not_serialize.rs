//! A value in a `Result` that is not `Serialize`.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> Result<NotSer, String> {
    Ok(NotSer)
}

fn main() {}
