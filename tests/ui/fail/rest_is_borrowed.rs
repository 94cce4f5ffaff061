//! The rest is put together for each call, so it cannot be lent.

use action_sdk::prelude::*;

type Map = serde_json::Map<String, serde_json::Value>;

#[action]
async fn custom_test(#[arg(rest)] extra: &Map) {
    let _ = extra;
}

fn main() {}
