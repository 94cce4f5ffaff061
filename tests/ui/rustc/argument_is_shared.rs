//! A resource without `Res`.

use action_sdk::prelude::*;
use std::sync::Arc;

struct Db;

#[action]
async fn custom_test(db: Arc<Db>) {
    let _ = db;
}

fn main() {}
