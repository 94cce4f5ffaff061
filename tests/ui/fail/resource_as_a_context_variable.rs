//! A resource is no variable.

use action_sdk::prelude::*;

struct Db;

#[action]
async fn custom_test(#[arg(context)] db: Res<Db>) {
    let _ = db;
}

fn main() {}
