//! Neither the value nor the error has a valid type.

use action_sdk::prelude::*;

struct NotSer;

struct NoDisplay;

#[action]
async fn custom_test() -> Result<NotSer, NoDisplay> {
    let _ = NoDisplay;
    Ok(NotSer)
}

fn main() {}
