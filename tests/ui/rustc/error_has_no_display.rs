//! An error that is not `Display`.

use action_sdk::prelude::*;

struct NoDisplay;

#[action]
async fn custom_test() -> Result<i64, NoDisplay> {
    Err(NoDisplay)
}

fn main() {}
