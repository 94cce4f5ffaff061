//! What is logged, and how: to standard error.

use std::io;

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::Logs;

/// Starts logging. Does nothing if the program has set up its own before.
pub(crate) fn begin(logs: &Logs) {
    let stderr = anstream::AutoStream::choice(&io::stderr());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(stderr != anstream::ColorChoice::Never)
        .with_target(false)
        .without_time()
        .with_filter(FilterFn::new(is_wanted));
    let _already_set = tracing_subscriber::registry()
        .with(filter(logs))
        .with(lines)
        .try_init();
}

/// The flags decide, then the environment variable `RUST_LOG`.
fn filter(logs: &Logs) -> EnvFilter {
    let level = match i16::from(logs.verbose) - i16::from(logs.quiet) {
        ..=-2 => LevelFilter::OFF,
        -1 => LevelFilter::ERROR,
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        3.. => LevelFilter::TRACE,
    };
    let builder = EnvFilter::builder().with_default_directive(level.into());
    match (logs.verbose, logs.quiet) {
        (0, 0) => builder.from_env_lossy(),
        _ => builder.parse_lossy(""),
    }
}

/// Whether it has not been told already: the commands show the warnings about a configuration themselves.
fn is_wanted(event: &Metadata<'_>) -> bool {
    event.fields().field("warning").is_none()
        || !event.target().starts_with("action_sdk_runtime::runtime")
}
