//! A value in an `Option` that serde cannot write.

use action_sdk::prelude::*;

struct NotSer;

#[action]
async fn custom_test() -> Option<NotSer> {
    Some(NotSer)
}

fn main() {}
