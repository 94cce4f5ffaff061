//! An optional extension.

use action_sdk::prelude::*;
use action_sdk::Extension;

struct Caller;

#[action]
async fn custom_test(caller: Option<Extension<Caller>>) {
    let _ = caller;
}

fn main() {}
