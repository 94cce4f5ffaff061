//! A name by constant that is not a string.

use action_sdk::prelude::*;

const NAME: i64 = 5;

#[action(name = NAME)]
async fn custom_test() {}

fn main() {}
