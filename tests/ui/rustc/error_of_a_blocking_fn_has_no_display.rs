//! A plain function's error that cannot be shown.

use action_sdk::prelude::*;

struct NoDisplay;

#[action(blocking)]
fn custom_test() -> Result<i64, NoDisplay> {
    Err(NoDisplay)
}

fn main() {}
