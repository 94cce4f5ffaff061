//! A value in a `Result` that serde cannot write.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> Result<NotSer, String> {
    Ok(NotSer)
}

fn main() {}
