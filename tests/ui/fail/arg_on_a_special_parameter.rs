//! `#[arg]` on a parameter that cannot be an argument.

use action_sdk::prelude::*;

#[action]
async fn plain(#[arg] context: &Context) {
    let _ = context;
}

#[action]
async fn renamed(#[arg(rename = "globals")] context: &Context) {
    let _ = context;
}

#[action]
async fn variable(#[arg(context)] context: &Context) {
    let _ = context;
}

#[action]
async fn rest(#[arg(rest)] events: &[Event]) {
    let _ = events;
}

fn main() {}
