//! A resource that may be missing.

use action_sdk::prelude::*;

struct Db;

#[action]
async fn custom_test(db: Option<Res<Db>>) {
    let _ = db;
}

fn main() {}
