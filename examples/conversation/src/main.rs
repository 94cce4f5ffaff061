//! A bot to talk to: `cargo run -p conversation` plays a recorded conversation with it, `cargo run -p conversation --
//! --chat` starts one of your own.
//!
//! Its flows are in `flows`, its actions in `parcels` and `checks`, and the sources of events in `input`.

mod checks;
mod input;
mod model;
mod parcels;
mod show;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use action_sdk::{ActionDispatcher, Event};
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeBuilder, load_config};
use tokio::sync::mpsc::Receiver;

use input::Recording;
use parcels::Depot;
use show::Show;

const HELP: &str = "\
Talks about parcels.

usage: conversation          plays a recorded conversation, as fast as it goes
       conversation --chat   talks with you; `quit` or the end of the input ends it
       conversation --help   prints this
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = match arguments[..] {
        [] => play().await,
        ["--chat"] => chat().await,
        ["--help" | "-h"] => show::text(HELP),
        _ => {
            let given = arguments.join(" ");
            show::problem(&format!("unknown arguments: {given}\n\n{HELP}"));
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            show::problem(&format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Plays a recording. Time only passes while everything waits, and then at once, so every run prints the same.
async fn play() -> Result<(), Box<dyn Error>> {
    tokio::time::pause();
    let show = Show::new();
    let recording = Recording::read(&here("data/recorded.jsonl"))?;
    let runtime = desk(show, model::scripted)?
        .clock(recording.clock())
        .seed(1)
        .build()?;
    converse(&runtime, recording.play(show), show).await
}

async fn chat() -> Result<(), Box<dyn Error>> {
    let show = Show::new();
    let runtime = desk(show, model::configured)?.build()?;
    tokio::select! {
        ended = converse(&runtime, input::typed(), show) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// The runtime: the flows with everything that they need.
fn desk(show: Show, model: model::Offer) -> Result<RuntimeBuilder, Box<dyn Error>> {
    let config = load_config(here("flows"))?;
    for warning in config.warnings() {
        show::problem(&format!("warning: {warning}\n"));
    }
    let dispatcher = model(ActionDispatcher::builder(), config.rails())?
        .config(config.rails().clone())
        .resource(Depot::default())
        .hook(show)
        .build()?;
    let runtime = Runtime::builder(config).dispatcher(dispatcher);
    Ok(runtime.options(ProcessOptions::chat()).perform_timers())
}

/// Runs one conversation: feeds in events and shows what comes out, including the results of timers and background
/// actions.
async fn converse(
    runtime: &Runtime,
    input: Receiver<Event>,
    show: Show,
) -> Result<(), Box<dyn Error>> {
    let mut session = runtime.session();
    let mut conversation = session.converse(input);
    while let Some(event) = conversation.next().await? {
        show.event(&event)?;
    }
    Ok(())
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
