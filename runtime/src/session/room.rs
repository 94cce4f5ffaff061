//! How much a conversation may hold, and how it is found out without weighing it at every event.

use umim::Event;

use crate::error::RuntimeError;
use crate::size;

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
    /// Notes that so much has come in.
    pub(super) fn take(&mut self, bytes: usize) {
        self.since = self.since.saturating_add(bytes);
    }

    /// Whether the conversation is to be weighed before so much comes in: if as much has come in as it had when it was
    /// weighed last, or if it could be too large.
    pub(super) fn is_due(&self, incoming: usize, most: usize) -> bool {
        let could_be = self.held.saturating_add(self.since);
        could_be.saturating_add(incoming) > most || self.since >= self.held.max(LEAST)
    }

    pub(super) fn weighed(&mut self, held: usize) {
        *self = Self { held, since: 0 };
    }

    /// Refuses what would make the conversation larger than it may be.
    pub(super) fn check(&self, incoming: usize, most: usize) -> Result<(), RuntimeError> {
        match self.held.saturating_add(incoming) > most {
            true => Err(RuntimeError::conversation_too_large(most)),
            false => Ok(()),
        }
    }
}

/// How many bytes events from outside have together.
///
/// # Errors
///
/// If one of them has more than `most`.
pub(super) fn measure(events: &[Event], most: usize) -> Result<usize, RuntimeError> {
    events.iter().try_fold(0, |sum: usize, event| {
        let bytes = size::of_json(event);
        match bytes > most {
            true => Err(RuntimeError::event_too_large(event.name(), bytes, most)),
            false => Ok(sum.saturating_add(bytes)),
        }
    })
}
