//! Two words that do not go together.

use action_sdk::prelude::*;

#[action]
const async fn custom_test() {}

fn main() {}
