//! No name is given, and the function's has letters that a name cannot have.

use action_sdk::prelude::*;

#[action]
async fn prüfe() {}

fn main() {}
