//! A plain function's error that is not `Display`.

use action_sdk::prelude::*;

struct NoDisplay;

#[action(blocking)]
fn custom_test() -> Result<i64, NoDisplay> {
    Err(NoDisplay)
}

fn main() {}
