//! Logging besides the events: traces of the dispatcher, and panics of actions.
//!
//! Both are silent by default, since the `Finished` events say what failed and why.

use crate::console::Console;
use std::env::{self, VarError};
use std::error::Error;
use std::panic;
use std::thread;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, time};
use tracing_subscriber::prelude::*;

/// The name of the threads on which actions run.
pub(crate) const ACTION_THREAD: &str = "actions";

/// Starts logging: what `RUST_LOG` says, otherwise according to the number of `-v` flags.
pub(crate) fn start(verbose: u8, console: &Console) -> Result<(), Box<dyn Error>> {
    let targets = match env::var("RUST_LOG") {
        Ok(text) => text.parse().map_err(|error| format!("RUST_LOG: {error}"))?,
        Err(VarError::NotUnicode(_)) => return Err("RUST_LOG is no UTF-8".into()),
        Err(VarError::NotPresent) => Targets::new().with_default(level(verbose)),
    };
    let writer = console.clone();
    let layer = fmt::layer()
        .with_writer(move || writer.clone())
        .with_ansi(console.style().is_on())
        .with_timer(time::uptime())
        .with_filter(targets);
    tracing_subscriber::registry().with(layer).init();
    if verbose == 0 {
        silence_actions();
    }
    Ok(())
}

fn level(verbose: u8) -> LevelFilter {
    match verbose {
        0 => LevelFilter::ERROR,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        3.. => LevelFilter::TRACE,
    }
}

/// Suppresses Rust's own panic message on the threads of actions, but not on others.
fn silence_actions() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some(ACTION_THREAD) {
            usual(info);
        }
    }));
}
