//! How much a conversation may hold, and how it is found out without weighing it at every event.

use std::sync::Arc;

use umim::Event;

use super::Session;
use super::saved::SavedCall;
use crate::error::RuntimeError;
use crate::size::{self, Counter};

/// The bounds of a runtime, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Of an event from outside, and of the end of an action.
    pub(crate) event: usize,
    /// Of the history.
    pub(crate) history: usize,
    /// Of the part of the history that is saved.
    pub(crate) saved_history: usize,
    /// Of a conversation as it would be saved, without its history.
    pub(crate) conversation: usize,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Sizes {
    fn default() -> Self {
        Self {
            event: 4 * MIB,
            history: 16 * MIB,
            saved_history: 192 * KIB,
            conversation: 64 * MIB,
        }
    }
}

/// What an event may leave behind beside its own bytes, so that a conversation is weighed from time to time.
pub(crate) const TRACES: usize = 256;

/// A conversation is not weighed again before so much has come in.
const LEAST: usize = 16 * KIB;

/// What was found out about the size of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Its bytes when it was weighed.
    held: usize,
    /// What has come in since then.
    since: usize,
}

impl Room {
    pub(crate) fn take(&mut self, bytes: usize) {
        self.since = self.since.saturating_add(bytes);
    }
}

impl Session {
    /// Holds events from outside against the bounds, and tells how many bytes they have.
    pub(crate) fn measure(&self, events: &[Event]) -> Result<usize, RuntimeError> {
        let most = self.shared.sizes.event;
        events.iter().try_fold(0, |sum: usize, event| {
            let bytes = size::of_json(event);
            match bytes > most {
                true => Err(RuntimeError::event_too_large(event.name(), bytes, most)),
                false => Ok(sum.saturating_add(bytes)),
            }
        })
    }

    /// Refuses to go on if the conversation would hold too much with what comes in. It is weighed only if as much has
    /// come in as it had when it was weighed last, or if it could be too large.
    pub(crate) fn find_room(&mut self, incoming: usize) -> Result<(), RuntimeError> {
        let most = self.shared.sizes.conversation;
        let Room { held, since } = self.room;
        let could_be = held.saturating_add(since).saturating_add(incoming);
        if could_be > most || since >= held.max(LEAST) {
            let mut held = self.weigh(most);
            if held.saturating_add(incoming) > most {
                self.shared.machine.clean_up(Arc::make_mut(&mut self.state));
                held = self.weigh(most);
            }
            self.room = Room { held, since: 0 };
        }
        match self.room.held.saturating_add(incoming) > most {
            true => Err(RuntimeError::conversation_too_large(most)),
            false => Ok(()),
        }
    }

    /// The bytes of the conversation without its history, as it would be saved; counted up to a limit.
    fn weigh(&self, most: usize) -> usize {
        let mut counter = Counter::up_to(most);
        let calls: Vec<_> = self.calls.iter().map(SavedCall::new).collect();
        let _counted = counter.count(&*self.state)
            && counter.count(&self.queue)
            && counter.count(&self.held)
            && counter.count(&self.unanswered)
            && counter.count(&self.outputs)
            && counter.count(&calls);
        counter.bytes
    }
}
