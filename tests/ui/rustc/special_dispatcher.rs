//! The special parameter `dispatcher` with a wrong type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(dispatcher: i64) {
    let _ = dispatcher;
}

fn main() {}
