//! `rest` with another key.

use action_sdk::prelude::*;

type Map = serde_json::Map<String, serde_json::Value>;

#[action]
async fn with_default(#[arg(rest, default)] extra: Map) -> Map {
    extra
}

#[action]
async fn with_rename(#[arg(rename = "more", rest)] extra: Map) -> Map {
    extra
}

#[action]
async fn with_context(#[arg(rest, context)] extra: Map) -> Map {
    extra
}

fn main() {}
