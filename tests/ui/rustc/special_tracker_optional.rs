//! An `Option` of another type.

use action_sdk::prelude::*;

#[action]
async fn custom_test(tracker: Option<String>) {
    let _ = tracker;
}

fn main() {}
