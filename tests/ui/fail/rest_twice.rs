//! Two parameters for the remaining arguments.

use action_sdk::prelude::*;

type Map = serde_json::Map<String, serde_json::Value>;

#[action]
async fn custom_test(#[arg(rest)] extra: Map, #[arg(rest)] more: Map) -> Map {
    drop(more);
    extra
}

fn main() {}
