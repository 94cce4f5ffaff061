//! One name for a function and a method.

use action_sdk::prelude::*;

#[action(name = "CustomTestAction")]
async fn first() {}

struct Counter;

#[actions]
impl Counter {
    #[action(name = "CustomTestAction")]
    async fn second(&self) {}
}

fn main() {}
