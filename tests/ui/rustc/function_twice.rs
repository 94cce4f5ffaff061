//! One function twice: only the compiler's own error.

use action_sdk::prelude::*;

#[action]
async fn custom_test() {}

#[action]
async fn custom_test() {}

fn main() {}
