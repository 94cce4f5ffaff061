//! An `Option` of another type, where one is never needed.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: Option<String>) {
    let _ = context;
}

fn main() {}
