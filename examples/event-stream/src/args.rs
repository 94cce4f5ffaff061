//! The command line.

use crate::stream::Limits;
use clap::{ArgAction, Parser};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Run the actions that a stream of UMIM events asks for
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    /// Events, one JSON object per line; `-` or nothing reads standard input
    file: Option<PathBuf>,
    /// Where the `…ActionFinished` events go instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many actions may run at once
    #[arg(short, long, value_name = "N", default_value_t = 32, value_parser = at_least_one())]
    concurrency: u32,
    /// How many `execute_async` actions may run at once, beside the others
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = at_least_one())]
    async_concurrency: u32,
    /// How many starts may wait for a place before reading pauses
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = at_least_one())]
    backlog: u32,
    /// How many seconds an action may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = at_least_one())]
    timeout: u32,
    /// Make the uids of the events that are written repeatable
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Exit with code 1 if lines had to be skipped
    #[arg(long)]
    pub(crate) strict: bool,
    /// Show neither progress nor summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Tell of failures as they happen; twice for more, or say what in `RUST_LOG`
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..)
}

impl Args {
    /// The file to read; `None` for standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|file| *file != Path::new("-"))
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits {
            concurrency: self.concurrency as usize,
            async_concurrency: self.async_concurrency as usize,
            backlog: self.backlog as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[track_caller]
    fn check_file(line: &[&str], expected: Option<&str>) {
        let args = Args::parse_from([&["event-stream"], line].concat());
        assert_eq!(args.file(), expected.map(Path::new), "for {line:?}");
    }

    #[test]
    fn nothing_and_a_dash_are_standard_input() {
        check_file(&[], None);
        check_file(&["-"], None);
        check_file(&["./-"], Some("./-"));
        check_file(&["a.jsonl", "-c", "4"], Some("a.jsonl"));
    }

    #[test]
    fn no_place_at_all_is_refused() {
        assert!(Args::try_parse_from(["event-stream", "--concurrency", "0"]).is_err());
    }
}
