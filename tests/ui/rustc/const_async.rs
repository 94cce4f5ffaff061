//! `const async`, which does not exist.

use action_sdk::prelude::*;

#[action]
const async fn custom_test() {}

fn main() {}
