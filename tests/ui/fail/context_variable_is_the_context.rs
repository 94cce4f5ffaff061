//! A single variable with the type of the whole context.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(context)] variables: &Context) {
    let _ = variables;
}

fn main() {}
