//! A default for a special parameter.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(default)] context: &Context) {
    let _ = context;
}

fn main() {}
