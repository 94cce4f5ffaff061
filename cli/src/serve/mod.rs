//! `serve`: the doors of the actions, each on its address.
//!
//! ```text
//! opening.rs    opens what the settings name
//! door.rs       one address: the server behind it, exchanged when something changes
//! health.rs     whether the program lives, and whether it takes requests
//! ```

mod door;
mod health;
mod opening;

use std::io;
use std::net::TcpListener;
use std::path::Path;

use action_sdk::{ActionDispatcher, CancellationToken};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::args::ServeArgs;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::output;
use crate::program::Program;
use crate::settings::Settings;
use crate::watch::Watcher;

pub(crate) fn run(program: &Program, args: &ServeArgs) -> Result<Outcome, Failure> {
    let settings = Settings::of(&args.settings, args.config.as_deref())?;
    if args.print_config {
        output::line(settings.text())?;
        return Ok(Outcome::Done);
    }
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of(&error))?;
    let ended = tokio.block_on(serve(program, args, &settings));
    // What still runs has had its time; a read of standard input cannot be interrupted.
    tokio.shutdown_background();
    ended
}

async fn serve(
    program: &Program,
    args: &ServeArgs,
    settings: &Settings,
) -> Result<Outcome, Failure> {
    let dir = match args.dirs.as_slice() {
        [] => None,
        [dir] => Some(dir.as_path()),
        [_, _, ..] => {
            return Err(Failure::new(
                "the doors take their settings from one configuration; name one folder",
            ));
        }
    };
    let (change, dispatchers) = watch::channel(dispatcher(program, args, dir).await?);
    let stop = CancellationToken::new();
    let mut doors = JoinSet::new();
    // Before anybody can know that it runs: no change is missed.
    let mut watcher = Watcher::of(dir.filter(|_| args.watch))?;
    begin(settings, &dispatchers, &stop, &mut doors)?;
    let ended = loop {
        tokio::select! {
            () = terminated() => break Ok(()),
            Some(ended) = doors.join_next() => break door::outcome(ended),
            () = watcher.changed() => match dispatcher(program, args, dir).await {
                Ok(dispatcher) => {
                    change.send_replace(dispatcher);
                    tracing::info!("the settings have changed; new requests get them");
                }
                Err(failure) => output::error(format_args!("the change is not taken: {failure}")),
            },
        }
    };
    stop.cancel();
    drain(doors, settings).await;
    ended.map(|()| Outcome::Done)
}

/// Opens all doors: nobody is let in unless all of them can be opened.
fn begin(
    settings: &Settings,
    dispatchers: &watch::Receiver<ActionDispatcher>,
    stop: &CancellationToken,
    doors: &mut JoinSet<Result<(), Failure>>,
) -> Result<(), Failure> {
    let opened = opening::doors(settings)?;
    let health = settings.health.as_deref();
    let health = health
        .map(|address| listen("health", address))
        .transpose()?;
    if opened.is_empty() && health.is_none() {
        return Err(Failure::new(
            "there is no door to serve; name one or more of `--nemo ADDR`, `--rasa-http ADDR`, `--rasa-grpc ADDR`, `--mcp ADDR`, `--mcp stdio`",
        ));
    }
    for door in opened {
        doors.spawn(door.serve(dispatchers.clone(), stop.clone()));
    }
    if let Some(listener) = health {
        // It is no door: it answers until the program has ended, and nobody waits for it.
        tokio::spawn(health::serve(listener, stop.clone()));
    }
    Ok(())
}

/// The actions, with the settings and models of a configuration.
async fn dispatcher(
    program: &Program,
    args: &ServeArgs,
    dir: Option<&Path>,
) -> Result<ActionDispatcher, Failure> {
    match dir {
        Some(dir) => host::dispatcher(program, dir, args.model_script.as_deref()).await,
        None => program
            .dispatcher()
            .build()
            .map_err(|error| Failure::of(&error)),
    }
}

/// Waits for what still runs, at most as long as the settings say.
async fn drain(mut doors: JoinSet<Result<(), Failure>>, settings: &Settings) {
    let all = async { while doors.join_next().await.is_some() {} };
    // The doors have the same time themselves, and tell what they cancel.
    let time = settings.drain_time() + std::time::Duration::from_secs(1);
    let _late = tokio::time::timeout(time, all).await;
}

/// Binds an address, and says where it is.
fn listen(door: &str, address: &str) -> Result<TcpListener, Failure> {
    let failed = |error: io::Error| {
        Failure::new(format!(
            "`{address}` cannot be listened on for {door}: {error}"
        ))
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tracing::info!(%address, "{door} listens");
    Ok(listener)
}

/// Waits for Ctrl-C or the signal to terminate.
#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn terminated() {
    let _ = tokio::signal::ctrl_c().await;
}
