//! A plain function's return type that serde cannot write.

use action_sdk::prelude::*;

struct NotSer;

#[action(blocking)]
fn custom_test() -> NotSer {
    NotSer
}

fn main() {}
