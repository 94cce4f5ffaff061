//! Resources are found by their type.

use action_sdk::prelude::*;

struct Db;

#[action]
async fn custom_test(#[arg(rename = "database")] db: Res<Db>) {
    let _ = db;
}

fn main() {}
