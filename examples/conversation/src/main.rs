//! A conversation from end to end: flows, actions in Rust, and a recorded event stream that is played to them:
//! `cargo run -p conversation`.
//!
//! Time is that of the recording, which passes as fast as the program runs; so every run prints the same.

mod actions;
mod play;

use std::io;
use std::path::Path;

use action_sdk_runtime::{Runtime, load_config};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recorded = play::read(&here.join("data/recorded.jsonl"))?;
    let clock = play::Clock::starting_at(&recorded);
    let runtime = Runtime::builder()
        .config(load_config(here.join("flows"))?)
        .clock(move || clock.now())
        .seed(1)
        .build()?;
    play::play(&runtime, clock, recorded, &mut io::stdout().lock()).await
}
