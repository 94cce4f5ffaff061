//! A special parameter by `&mut`.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: &mut Context) {
    let _ = context;
}

fn main() {}
