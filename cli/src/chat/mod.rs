//! `chat`: a conversation in the terminal, in a pipe, or from a script.

mod pipe;
mod script;
mod talk;

use crate::args::ChatArgs;
use crate::host;
use crate::outcome::{Failure, Outcome};
use crate::program::Program;

pub(crate) fn run(program: &Program, args: &ChatArgs) -> Result<Outcome, Failure> {
    let script = args.script.as_deref().map(script::read).transpose()?;
    let is_virtual = script.is_some();
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(is_virtual)
        .build();
    let tokio = tokio.map_err(|error| Failure::of(&error))?;
    tokio.block_on(async {
        let bot = host::bot(program, &args.dir, &args.host)?;
        match script {
            Some(script) => {
                let bot = bot.clock(talk::virtual_clock());
                script::play(&host::build(&args.dir, bot)?, &script).await
            }
            None => pipe::chat(&host::build(&args.dir, bot)?).await,
        }
    })
}
