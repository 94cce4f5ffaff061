//! A context variable that is not `Deserialize`.

use action_sdk::prelude::*;

struct NotDe;

#[action]
async fn custom_test(#[arg(context)] user: NotDe) {
    let _ = user;
}

fn main() {}
