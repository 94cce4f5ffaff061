//! A default for what the host fills in.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default)] context: &Context) {
    let _ = context;
}

fn main() {}
