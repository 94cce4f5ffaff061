//! A plain function's return type that is not `Serialize`.

use action_sdk::prelude::*;

struct NotSer;

#[action(blocking)]
fn custom_test() -> NotSer {
    NotSer
}

fn main() {}
