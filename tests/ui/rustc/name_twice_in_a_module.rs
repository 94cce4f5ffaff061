//! One name for two functions.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction")]
async fn first() {}

#[action(name = "CustomTestAction")]
async fn second() {}

fn main() {}
