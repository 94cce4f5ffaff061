//! No name is given, and the function's gives none.

use action_sdk::prelude::*;

#[action]
async fn action() {}

#[action()]
async fn _action() {}

fn main() {}
