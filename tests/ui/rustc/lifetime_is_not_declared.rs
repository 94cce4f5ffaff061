//! A lifetime that the function does not declare.

use action_sdk::prelude::*;

#[action]
async fn custom_test(text: &'a str) -> usize {
    text.len()
}

fn main() {}
