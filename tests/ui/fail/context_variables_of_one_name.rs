//! The same context variable twice.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(context)] user: &str, #[arg(context, rename = "user")] name: &str) -> bool {
    user == name
}

fn main() {}
