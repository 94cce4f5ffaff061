//! A conversation in a pipe: each line is a message, each line that comes out is what the bot says.

use std::io;

use action_sdk_runtime::Runtime;

use super::talk::{Talk, said};
use crate::outcome::{Failure, Outcome};
use crate::output;

pub(super) async fn chat(runtime: &Runtime) -> Result<Outcome, Failure> {
    let mut talk = Talk::new(runtime);
    talk.begin().await.map_err(|error| Failure::of(&error))?;
    show(&mut talk)?;
    for line in io::stdin().lines() {
        let line =
            line.map_err(|error| Failure::new(format!("the input cannot be read: {error}")))?;
        talk.user(line.trim())
            .await
            .map_err(|error| Failure::of(&error))?;
        show(&mut talk)?;
    }
    Ok(Outcome::Done)
}

fn show(talk: &mut Talk) -> Result<(), Failure> {
    for text in talk.take_sent().iter().filter_map(said) {
        output::line(format_args!("bot: {text}"))?;
    }
    for error in talk.take_errors() {
        output::warning(error);
    }
    Ok(())
}
