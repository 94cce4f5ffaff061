//! The server under test for the black-box suite in `suite/`: the actions of `suite/ACTIONS.md`, written as a user
//! would write them, on the addresses that the suite needs.

mod actions;
mod arguments;

use action_sdk::prelude::*;
use action_sdk_action_server::{Cors, Limits, ServerOptions, serve};
use actions::knowledge_base::KnowledgeBase;
use actions::probe::Probe;
use arguments::Arguments;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The origins that are allowed on the address of `--cors`.
const ORIGINS: [&str; 2] = ["https://a.example", "https://*.b.example"];

#[tokio::main]
#[expect(clippy::print_stderr, reason = "a program says why it ends")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let dispatcher = ActionDispatcher::builder()
        .resource(Probe::default())
        .resource(KnowledgeBase::load(include_str!("../suite/data/kb.json"))?)
        .build()?;
    // The suite sends no token, and runs where no one else can connect.
    let limits = barge_in_time().map_or_else(Limits::new, |time| Limits::new().barge_in_time(time));
    let open = || {
        ServerOptions::new()
            .nemo(false)
            .open_to_everybody()
            .limits(limits.clone())
    };
    let mut servers = JoinSet::new();
    for (address, options) in [
        (arguments.http, open()),
        (arguments.grpc, open()),
        (arguments.cors, open().cors(Cors::origins(ORIGINS))),
        (arguments.cors_all, open().cors(Cors::any_origin())),
    ] {
        if let Some(address) = address {
            let listener = TcpListener::bind(&address).await;
            let listener = listener.map_err(|error| format!("{address}: {error}"))?;
            servers.spawn(serve(listener, dispatcher.clone(), options, stopped()));
        }
    }
    while let Some(served) = servers.join_next().await {
        served??;
    }
    Ok(())
}

/// How long an action may go on after an interruption, if the environment says so as rasa-sdk has it.
fn barge_in_time() -> Option<Duration> {
    let seconds = std::env::var("ACTION_SERVER_STREAM_BARGE_IN_TIMEOUT_SECONDS").ok()?;
    Duration::try_from_secs_f64(seconds.parse().ok()?).ok()
}

/// Completes when the program is told to stop.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
