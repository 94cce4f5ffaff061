//! The rest is built for each call, so it cannot be borrowed.

use action_sdk::prelude::*;

type Map = serde_json::Map<String, serde_json::Value>;

#[action]
async fn custom_test(#[arg(rest)] extra: &Map) {
    let _ = extra;
}

fn main() {}
