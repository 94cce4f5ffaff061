//! A list of a type that is not `Deserialize`.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(value: Vec<NotDe>) {
    let _ = value;
}

fn main() {}
