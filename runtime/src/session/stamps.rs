//! What the events of a session are stamped with: uids, and the time.

use umim::{Timestamp, Uid, UidSource};

/// The uids and the time of a session.
pub(crate) struct Stamps {
    pub(crate) uids: UidSource,
    /// The time of the current step, if whoever drives the session says it; otherwise the clock of the runtime does.
    pub(super) time: Option<Timestamp>,
}

impl Stamps {
    pub(super) fn new(uids: UidSource) -> Self {
        Self { uids, time: None }
    }

    pub(super) fn next_uid(&mut self) -> Uid {
        self.uids.next_uid()
    }

    pub(crate) fn now(&self, clock: impl Fn() -> Timestamp) -> Timestamp {
        self.time.unwrap_or_else(clock)
    }
}
