//! One variable is meant to be all of them.

use action_sdk::prelude::*;

#[action]
async fn custom_test(#[arg(context)] variables: &Context) {
    let _ = variables;
}

fn main() {}
