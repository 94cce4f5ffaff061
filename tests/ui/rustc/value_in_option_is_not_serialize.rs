//! A value in an `Option` that is not `Serialize`.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> Option<NotSer> {
    Some(NotSer)
}

fn main() {}
