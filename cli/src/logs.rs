//! What is logged, and how: to standard error.

use std::io;

use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::args::{Format, Logs};

/// Starts logging, from this level on unless flags or `RUST_LOG` say otherwise. Does nothing if the program has set up its
/// own before.
pub(crate) fn begin(logs: &Logs, level: LevelFilter) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let _already_set = match logs.log_format {
        Format::Text => {
            let choice = anstream::AutoStream::choice(&io::stderr());
            let lines = lines
                .with_ansi(choice != anstream::ColorChoice::Never)
                .with_target(false)
                .without_time()
                .with_filter(FilterFn::new(is_wanted));
            tracing_subscriber::registry()
                .with(filter(logs, level))
                .with(lines)
                .try_init()
        }
        Format::Json => tracing_subscriber::registry()
            .with(filter(logs, level))
            .with(lines.json().flatten_event(true))
            .try_init(),
    };
}

/// The flags decide, then the environment variable `RUST_LOG`.
fn filter(logs: &Logs, level: LevelFilter) -> EnvFilter {
    let builder = EnvFilter::builder().with_default_directive(leveled(logs, level).into());
    match (logs.verbose, logs.quiet) {
        (0, 0) => builder.from_env_lossy(),
        _ => builder.parse_lossy(""),
    }
}

fn leveled(logs: &Logs, level: LevelFilter) -> LevelFilter {
    const LEVELS: [LevelFilter; 6] = [
        LevelFilter::OFF,
        LevelFilter::ERROR,
        LevelFilter::WARN,
        LevelFilter::INFO,
        LevelFilter::DEBUG,
        LevelFilter::TRACE,
    ];
    let at = LEVELS.iter().position(|other| *other == level);
    let more = at.unwrap_or_default() + usize::from(logs.verbose);
    let at = more.saturating_sub(usize::from(logs.quiet));
    LEVELS[at.min(LEVELS.len() - 1)]
}

/// Whether it has not been told already: the commands show the warnings about a configuration, and errors in flows,
/// themselves.
fn is_wanted(event: &Metadata<'_>) -> bool {
    let is_of_configuration = event.fields().field("warning").is_some()
        && event.target().starts_with("action_sdk_runtime::runtime");
    !is_of_configuration && event.target() != "action_sdk_runtime::session::flow_error"
}
