//! A name by constant, without the suffix.

use action_sdk::prelude::*;

const NAME: &str = "CustomTest";

#[action(name = NAME)]
async fn custom_test() {}

fn main() {}
