//! Limits the size of a conversation, without measuring it for every event.

use umim::Event;

use crate::error::RuntimeError;
use crate::size;

/// The limits of a runtime, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Of an event from outside, and of a `Finished` event.
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

/// How many bytes an event may leave in the state besides its own, so that a conversation is measured from time to
/// time.
pub(crate) const TRACES: usize = 256;

/// A conversation is measured again only after this much input.
const LEAST: usize = 64 * KIB;

/// The known size of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// Its size when it was last measured.
    held: usize,
    /// The input since then.
    since: usize,
}

impl Room {
    /// Adds to the input since the last measurement.
    pub(super) fn take(&mut self, bytes: usize) {
        self.since = self.since.saturating_add(bytes);
    }

    /// Whether the conversation must be measured before this input: if the input since the last time exceeds its
    /// size, or if it could be too large.
    pub(super) fn is_due(&self, incoming: usize, most: usize) -> bool {
        let could_be = self.held.saturating_add(self.since);
        could_be.saturating_add(incoming) > most || self.since >= self.held.max(LEAST)
    }

    pub(super) fn weighed(&mut self, held: usize) {
        *self = Self { held, since: 0 };
    }

    /// Refuses input that would make the conversation too large.
    pub(super) fn check(&self, incoming: usize, most: usize) -> Result<(), RuntimeError> {
        match self.held.saturating_add(incoming) > most {
            true => Err(RuntimeError::conversation_too_large(most)),
            false => Ok(()),
        }
    }
}

/// The total size of events from outside.
///
/// # Errors
///
/// If one of them is larger than `most`.
pub(super) fn measure(events: &[Event], most: usize) -> Result<usize, RuntimeError> {
    events.iter().try_fold(0, |sum: usize, event| {
        let bytes = size::of_json(event);
        match bytes > most {
            true => Err(RuntimeError::event_too_large(event.name(), bytes, most)),
            false => Ok(sum.saturating_add(bytes)),
        }
    })
}
