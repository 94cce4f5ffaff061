//! A parameter with the name of one special parameter and the type of another.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: &[Event]) {
    let _ = context;
}

fn main() {}
