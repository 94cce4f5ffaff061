//! The open streams, so that users can interrupt them.

use action_sdk::rasa::CollectingDispatcher;
use action_sdk::umim::UidSource;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The streams that are open, by their ids, so that they can be interrupted.
pub(super) struct Streams(Mutex<(UidSource, HashMap<String, CollectingDispatcher>)>);

impl Default for Streams {
    fn default() -> Self {
        Self(Mutex::new((UidSource::random(), HashMap::new())))
    }
}

impl Streams {
    /// The user has interrupted this stream. One that has ended already is unknown, and nothing happens.
    pub(super) fn interrupt(&self, id: &str) {
        if let Some(said) = self.lock().1.get(id) {
            said.cancel_stream();
        }
    }

    /// A new id for a stream of this dispatcher.
    pub(super) fn open(&self, said: &CollectingDispatcher) -> String {
        let mut inner = self.lock();
        let id = inner.0.next_uid().to_string().replace('-', "");
        inner.1.insert(id.clone(), said.clone());
        id
    }

    /// The stream has ended.
    pub(super) fn close(&self, id: &str) {
        self.lock().1.remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, (UidSource, HashMap<String, CollectingDispatcher>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
