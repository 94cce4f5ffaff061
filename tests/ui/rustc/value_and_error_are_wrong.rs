//! Neither the value nor the error can be used.

use action_sdk::prelude::*;

struct NotSer;

struct NoDisplay;

#[action]
async fn custom_test() -> Result<NotSer, NoDisplay> {
    let _ = NoDisplay;
    Ok(NotSer)
}

fn main() {}
