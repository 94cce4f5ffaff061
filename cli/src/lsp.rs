//! `lsp`: a language server for editors.

use std::io::{self, BufReader};

use action_sdk_lsp::{Ended, serve};

use crate::outcome::{Failure, Outcome};
use crate::program::Program;

/// Help an editor with flows and settings: mistakes while you type, completion, definitions, renaming
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An editor starts it, and speaks the Language Server Protocol over the standard streams. How to set up yours: \
docs/editors.md")]
pub(crate) struct LspArgs {
    /// Speak over the standard streams, as it always does; some editors say so
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(crate) fn run(program: &Program, args: &LspArgs) -> Result<Outcome, Failure> {
    let _ = args.stdio;
    let actions = program.dispatcher().build();
    let actions = actions.map_err(|error| Failure::of(&error))?;
    match serve(BufReader::new(io::stdin()), io::stdout(), actions)? {
        Ended::Properly => Ok(Outcome::Done),
        Ended::Suddenly => Ok(Outcome::Bad),
    }
}
