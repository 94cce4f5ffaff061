//! A parameter called like one special parameter, of the type of another.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: &[Event]) {
    let _ = context;
}

fn main() {}
