//! Admission control: limits on concurrent calls and on the memory for bodies. What exceeds them is refused at once.

use crate::limits::Limits;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is counted in units of this many bytes, because the number of permits of a semaphore is limited.
const PIECE: usize = 1024;

/// The permits for calls and for memory.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    calls: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// A permit for one call, released on drop.
#[derive(Debug)]
pub(crate) struct Place(#[allow(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// The memory reserved for one body, released on drop.
#[derive(Debug)]
pub(crate) struct Room {
    memory: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    bytes: usize,
}

impl Admission {
    pub(crate) fn new(limits: &Limits) -> Self {
        let semaphore =
            |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Self {
            calls: semaphore(limits.calls),
            memory: semaphore(limits.bytes_at_once.div_ceil(PIECE)),
        }
    }

    /// Whether a call could start now.
    pub(crate) fn is_open(&self) -> bool {
        self.calls.available_permits() > 0
    }

    /// A permit for a call, if one is left.
    pub(crate) fn place(&self) -> Option<Place> {
        Arc::clone(&self.calls).try_acquire_owned().ok().map(Place)
    }

    /// A reservation of zero bytes.
    pub(crate) fn room(&self) -> Room {
        Room {
            memory: Arc::clone(&self.memory),
            held: None,
            bytes: 0,
        }
    }
}

impl Room {
    /// Reserves more bytes. Returns false if the limit is reached.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let held = self.bytes.div_ceil(PIECE);
        self.bytes += bytes;
        let more = self.bytes.div_ceil(PIECE) - held;
        let Ok(more) = u32::try_from(more) else {
            return false;
        };
        if more == 0 {
            return true;
        }
        match Arc::clone(&self.memory).try_acquire_many_owned(more) {
            Ok(permit) => {
                match &mut self.held {
                    Some(held) => held.merge(permit),
                    None => self.held = Some(permit),
                }
                true
            }
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back() {
        let admission = Admission::new(&Limits::new().calls(1));
        let place = admission.place();
        assert!(place.is_some() && admission.place().is_none() && !admission.is_open());
        drop(place);
        assert!(admission.is_open() && admission.place().is_some());
    }

    #[test]
    fn room_is_shared_and_comes_back() {
        let admission = Admission::new(&Limits::new().bytes_at_once(10 * PIECE));
        let (mut one, mut other) = (admission.room(), admission.room());
        assert!(one.grow(1) && one.grow(6 * PIECE - 1) && other.grow(4 * PIECE));
        assert!(!other.grow(1) && !one.grow(usize::MAX / 2));
        drop(one);
        assert!(admission.room().grow(6 * PIECE));
    }
}
