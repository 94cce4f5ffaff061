//! Reads UMIM events as JSON lines, runs the actions that they start, and writes the `…ActionFinished` events:
//!
//! ```text
//! cargo run --release -p event-stream -- examples/event-stream/data/recorded.jsonl
//! ```
//!
//! # How events are handled
//!
//! * `StartXAction` runs the action. Ordinary actions share `--concurrency` slots; those marked `execute_async` have
//!   `--async-concurrency` slots of their own, so that they never wait for the others. If all slots are taken, up to
//!   `--backlog` starts wait while reading goes on, so that stops are still handled; beyond that, reading pauses
//!   until a start gets its slot. A run ends after `--timeout` at the latest, so no pause lasts forever. Every
//!   outcome is sent as `XActionFinished`: an unknown action, wrong arguments, an error, a panic and a time limit are
//!   failures in that event (`is_success: false`, with `failure_reason`) and do not affect other runs.
//! * A start with the `action_uid` of a current run is refused: it is reported, and no event is sent, since that
//!   would look like the end of the current run.
//! * `StopXAction` cancels the run with its `action_uid`, even one that still waits for a slot: the `Finished` event
//!   of the run says so. A stop for no run, for a run of another action, or after its end, is reported.
//! * `ContextUpdate` sets variables of a conversation, `{"type": "ContextUpdate", "data": {"locale": "nb"}}`, for
//!   later starts. Events with the same `source_uid` belong to one conversation; `PipelineReleased` ends it. Results
//!   do not change variables here: their `context_updates` are sent to the engine, which decides.
//! * All other events are ignored, and so are the starts and stops of UMIM's standard actions such as
//!   `UtteranceBotAction` ([`umim::standard_actions`](action_sdk::umim::standard_actions)): a front end performs
//!   those.
//!
//! # How lines are handled
//!
//! Lines may end with LF or CRLF, the last one may end with neither; empty lines are ignored. A line that is not an
//! event (not UTF-8, not JSON, not an object, without `type`, longer than a megabyte, a start or stop without an
//! `action_uid`) is reported with its number, counted and skipped.
//!
//! # How it ends
//!
//! After the last line it waits for all current runs, and prints a summary on stderr. Ctrl-C and SIGTERM cancel the
//! runs first; a second one does not wait. If the reader of the output is gone (`| head`), it ends quietly.
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | the stream was processed, whether the actions succeeded or not |
//! | 1 | the same, but with `--strict` lines were skipped |
//! | 2 | the arguments, the input or the output cannot be used |
//! | 130 | interrupted |

mod actions;
mod args;
mod console;
mod decode;
mod histogram;
mod host;
mod interrupt;
mod llm;
mod logging;
mod output;
mod reader;
mod run;
mod stream;
mod summary;
mod units;

use args::Args;
use clap::Parser as _;
use console::Console;
use std::error::Error;
use std::process::ExitCode;
use stream::{End, EventStream};
use tokio::runtime::{Builder, Runtime};

fn main() -> ExitCode {
    let args = Args::parse();
    match process(&args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            console::fail(error.as_ref());
            ExitCode::from(2)
        }
    }
}

fn process(args: &Args) -> Result<u8, Box<dyn Error>> {
    let input = reader::open(args.file())?;
    let sink = output::open(args.output.as_deref(), args.file())?;
    let is_typed = reader::waits_for_a_person(args.file());
    let console = Console::new(args.quiet || is_typed, input.length());
    logging::start(args.verbose, &console)?;
    let dispatcher = host::dispatcher(args.timeout(), args.seed)?;
    let runtime = runtime()?;
    if is_typed && !args.quiet {
        console.print("Reading events, one JSON object per line; Ctrl-D ends them.\n");
    }
    let (summary, end) = runtime.block_on(async {
        let lines = reader::spawn(input, dispatcher.clone());
        let output = output::spawn(sink, console.clone());
        let interrupted = interrupt::token();
        let limits = args.limits();
        let stream = EventStream::new(dispatcher, &limits, output, interrupted, console.clone());
        stream.process(lines).await
    });
    runtime.shutdown_background();
    console.clear();
    if !args.quiet && !matches!(end, End::OutputClosed) {
        let note = end.note();
        console.print(&format!("\n{note}{}", summary.table(console.style())));
    }
    Ok(end.exit_code(args.strict && summary.malformed > 0)?)
}

/// The threads that run actions have their own name, by which `logging` recognises their panics.
fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name(logging::ACTION_THREAD)
        .build()
}
