//! An argument that serde cannot read either: that is said, and nothing about schemas.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(value: NotDe) {
    let _ = value;
}

fn main() {}
