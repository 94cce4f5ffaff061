//! A default for a resource.

use action_sdk::prelude::*;

struct Db;

#[action]
async fn custom_test(#[arg(default)] db: Res<Db>) {
    let _ = db;
}

fn main() {}
