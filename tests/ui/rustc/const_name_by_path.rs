//! A name by the path of a constant, in snake case.

use action_sdk::prelude::*;

mod names {
    pub(crate) const CUSTOM: &str = "custom_test_action";
}

#[action(name = names::CUSTOM)]
async fn custom_test() {}

fn main() {}
