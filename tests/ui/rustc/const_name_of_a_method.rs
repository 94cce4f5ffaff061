//! A name by constant on a method.

use action_sdk::prelude::*;

struct Counter;

const NAME: &str = "Action";

#[actions]
impl Counter {
    #[action(name = NAME)]
    async fn incr(&self) {}
}

fn main() {}
