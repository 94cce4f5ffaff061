//! A type that does not exist.

use action_sdk::prelude::*;

#[action]
async fn custom_test(value: Missing) -> Gone {
    value.into()
}

fn main() {}
