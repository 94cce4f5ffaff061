//! A string that would have to outlive the call.

use action_sdk::prelude::*;

#[action]
async fn custom_test(text: &'static str, more: Vec<&'static str>) -> usize {
    text.len() + more.len()
}

fn main() {}
