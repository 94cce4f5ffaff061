//! The derived name would be read as an event.

use action_sdk::prelude::*;

#[action]
async fn start_engine() {}

#[action]
async fn stopwatch() {}

#[action]
async fn change_volume_action() {}

fn main() {}
