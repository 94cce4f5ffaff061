//! A model in a box.

use action_sdk::prelude::*;

#[action]
async fn custom_test(llm: Box<dyn Llm>) {
    let _ = llm;
}

fn main() {}
