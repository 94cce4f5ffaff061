//! `chat`: a conversation in the terminal, in a pipe, or from a script.
//!
//! ```text
//! script.rs    a conversation from a file
//!   clock.rs     time that is skipped
//! live.rs      a conversation with somebody: takes lines, shows what comes out
//!   screen.rs    where it is shown: terminal or pipe
//!   editor.rs    lines typed in a terminal
//!   commands.rs  lines that begin with `/`
//!   view.rs      flows, events and variables as lines
//!   moves.rs     what has moved since the last look, for `--debug`
//! talk.rs      the conversation itself
//! ```

mod activity;
mod clock;
mod commands;
mod editor;
mod live;
mod moves;
mod screen;
mod script;
pub(crate) mod talk;
mod view;

use crate::args::ChatArgs;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::program::Program;

pub(crate) fn run(program: &Program, args: &ChatArgs) -> Result<Outcome, Failure> {
    let script = args.script.as_deref().map(script::read).transpose()?;
    let tokio = host::tokio()?;
    let ended = tokio.block_on(async {
        match script {
            Some(script) => script::play(program, args, &script).await,
            None => live::chat(program, args).await,
        }
    });
    // What still runs on other threads is not waited for.
    tokio.shutdown_background();
    ended
}
