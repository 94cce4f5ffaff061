//! A return type that serde cannot write.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> NotSer {
    NotSer
}

fn main() {}
