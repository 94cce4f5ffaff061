//! A special parameter as a value.

use action_sdk::prelude::*;

#[action]
async fn custom_test(context: Context) {
    let _ = context;
}

fn main() {}
