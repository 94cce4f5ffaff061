//! The remaining arguments as a type that is not `Deserialize`.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(#[arg(rest)] extra: NotDe) {
    let _ = extra;
}

fn main() {}
