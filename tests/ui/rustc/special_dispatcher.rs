//! The special parameter `dispatcher` with a type that is not its own.

use action_sdk::prelude::*;

#[action]
async fn custom_test(dispatcher: i64) {
    let _ = dispatcher;
}

fn main() {}
