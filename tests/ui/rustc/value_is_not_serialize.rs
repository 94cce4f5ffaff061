//! A return type that is not `Serialize`.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> NotSer {
    NotSer
}

fn main() {}
