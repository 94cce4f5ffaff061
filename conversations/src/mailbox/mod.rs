//! The task of one conversation in memory: the only one that works on it and writes it.
//!
//! It takes what comes in, writes it to the journal, and only then acknowledges it and gives it to the engine.

mod journal;
mod running;
mod work;

use std::sync::Arc;

use tokio::sync::mpsc::Receiver;

use crate::error::Error;
use crate::id::ConversationId;
use crate::shared::{Command, Opened, Shared};
use work::Work;

/// Works on a conversation until it is unloaded.
pub(crate) async fn run(shared: Arc<Shared>, id: ConversationId, opened: Opened) {
    let Opened {
        generation,
        mut commands,
        news,
    } = opened;
    let _place = Place {
        shared: Arc::clone(&shared),
        id: id.clone(),
        generation,
    };
    match Work::load(shared, id, news).await {
        Ok(work) => work.run(&mut commands).await,
        Err(error) => {
            tracing::warn!(%error, "a conversation cannot be loaded");
            refuse(&mut commands, &error);
        }
    }
}

/// The place of a conversation in memory, freed when its task ends in whatever way.
struct Place {
    shared: Arc<Shared>,
    id: ConversationId,
    generation: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.forget(&self.id, self.generation);
    }
}

/// Tells everyone who waits why nothing is done.
fn refuse(commands: &mut Receiver<Command>, error: &Error) {
    commands.close();
    while let Ok(command) = commands.try_recv() {
        refuse_one(command, error);
    }
}

fn refuse_one(command: Command, error: &Error) {
    let error = error.clone();
    match command {
        Command::Input {
            accepted, answered, ..
        } => {
            if let Some(answered) = answered {
                let _gone = answered.send(Err(error.clone()));
            }
            if let Some(accepted) = accepted {
                let _gone = accepted.send(Err(error));
            }
        }
        Command::Read { reply, .. } => drop(reply.send(Err(error))),
        Command::Seen { .. } => {}
        Command::History(reply) => drop(reply.send(Err(error))),
        Command::Delete(reply) | Command::Wake { reply, .. } => drop(reply.send(Err(error))),
    }
}
