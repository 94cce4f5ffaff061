//! A name by a constant that does not exist.

use action_sdk::prelude::*;

#[action(name = NAME)]
async fn custom_test() {}

fn main() {}
