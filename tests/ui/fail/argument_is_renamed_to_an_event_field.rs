//! A field that every event has, by `rename`.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(rename = "uid")] id: i64, #[arg(rename = "type")] kind: i64) -> i64 {
    id + kind
}

fn main() {}
