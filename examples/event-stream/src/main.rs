//! Reads UMIM events as JSON lines, runs the actions that they ask for, and writes the `…ActionFinished` events:
//!
//! ```text
//! cargo run --release -p event-stream -- examples/event-stream/data/recorded.jsonl
//! ```
//!
//! # What it makes of an event
//!
//! * `StartXAction` runs the action. Ordinary ones take one of `--concurrency` places; those marked `execute_async`
//!   have `--async-concurrency` places of their own, so that they never wait for the others. Where all places are
//!   taken, up to `--backlog` starts wait and reading goes on, so that stops are heard; with more, reading pauses until
//!   one gets its place. A run ends after `--timeout` at the latest, so no pause lasts for ever. The outcome, whatever
//!   it is, goes out as `XActionFinished`: a name that no action has, wrong arguments, an error, a panic and a time
//!   limit are failures in that event (`is_success: false`, with `failure_reason`) and harm nothing else.
//! * A start whose `action_uid` is under way already is refused: it is reported, and no event answers it, since that
//!   would look like the end of the run that has the uid.
//! * `StopXAction` cancels the run with its `action_uid`, also one that still waits for a place: the run's `Finished`
//!   event says so. A stop that finds no such run, or one of another action, or comes too late, is reported.
//! * `ContextUpdate` sets variables of a conversation, `{"type": "ContextUpdate", "data": {"locale": "nb"}}`, for the
//!   starts that come after it. A conversation is what has the same `source_uid`; `PipelineReleased` ends it. Results
//!   change no variables here: their `context_updates` go out for the engine, which decides and tells.
//! * All others pass by, and so do the starts and stops of UMIM's own actions such as `UtteranceBotAction`
//!   ([`umim::standard_actions`](action_sdk::umim::standard_actions)): a front end performs those.
//!
//! # What it makes of a line
//!
//! Lines may end with LF or CRLF, the last one with neither; empty ones are nothing. A line that is no event (not
//! UTF-8, no JSON, no object, no `type`, more than a megabyte, a start or stop without an `action_uid`) is reported
//! with its number, counted and skipped.
//!
//! # How it ends
//!
//! After the last line it waits for what is under way, and prints a summary on stderr. Ctrl-C and SIGTERM cancel what
//! is under way first; a second one does not wait. If the reader of the output has gone (`| head`), it ends quietly.
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | the stream was processed, whether the actions succeeded or not |
//! | 1 | the same with `--strict`, and lines were skipped |
//! | 2 | the arguments, the input or the output are not usable |
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

/// The threads that run actions have a name of their own, by which `logging` knows whose panic it sees.
fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name(logging::ACTION_THREAD)
        .build()
}
