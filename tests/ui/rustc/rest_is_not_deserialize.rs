//! What is left, as something that serde cannot read.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(#[arg(rest)] extra: NotDe) {
    let _ = extra;
}

fn main() {}
