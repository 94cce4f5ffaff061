//! An argument that is not `Deserialize`, with a default.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(#[arg(default = NotDe)] value: NotDe) {
    let _ = value;
}

fn main() {}
