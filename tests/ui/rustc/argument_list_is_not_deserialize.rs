//! A list of what serde cannot read.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(value: Vec<NotDe>) {
    let _ = value;
}

fn main() {}
