//! A concatenated name that Colang reads as an event.

use action_sdk::prelude::*;

#[action(name = concat!("Start", "EngineAction"))]
async fn start_engine() {}

fn main() {}
