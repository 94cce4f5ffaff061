//! An argument that is not `Deserialize` either: only this is reported, not the missing schema.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(value: NotDe) {
    let _ = value;
}

fn main() {}
