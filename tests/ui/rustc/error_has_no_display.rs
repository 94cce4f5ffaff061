//! An error that cannot be shown.

use action_sdk::prelude::*;

struct NoDisplay;

#[action]
async fn custom_test() -> Result<i64, NoDisplay> {
    Err(NoDisplay)
}

fn main() {}
