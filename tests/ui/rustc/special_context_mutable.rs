//! A special parameter to be changed in place.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: &mut Context) {
    let _ = context;
}

fn main() {}
