//! A resource that is not `Sync`.

use action_sdk::prelude::*;
use std::cell::Cell;

struct Db(Cell<i64>);

#[action]
async fn custom_test(db: Res<Db>) {
    let _ = db;
}

fn main() {}
