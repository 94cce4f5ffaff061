//! A store in memory, for tests, and for conversations that may be lost.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;
use umim::Timestamp;

use super::{Bytes, Listed, Position, Snapshot, Store, StoreError, Stored};
use crate::id::ConversationId;

/// Keeps conversations in memory. Clones share what they keep.
///
/// ```
/// use action_sdk_conversations::store::{MemoryStore, Position, Snapshot, Store};
///
/// # let tokio = tokio::runtime::Builder::new_current_thread().build()?;
/// # tokio.block_on(async {
/// let (store, id) = (MemoryStore::default(), "thread-7".parse()?);
/// let snapshot = Snapshot { bytes: (*b"data").into(), due: None };
/// store.replace(&id, Position::NOTHING, snapshot).await?;
/// let position = store.read(&id).await?.map(|stored| stored.position());
/// assert_eq!(position, Some(Position { version: 1, records: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<ConversationId, Kept>>>);

#[derive(Debug)]
struct Kept {
    stored: Stored,
    due: Option<Timestamp>,
}

type Conversations<'s> = MutexGuard<'s, BTreeMap<ConversationId, Kept>>;

impl MemoryStore {
    fn lock(&self) -> Conversations<'_> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The conversations, if this one is at this position.
    fn at(&self, id: &ConversationId, wanted: Position) -> Result<Conversations<'_>, StoreError> {
        let conversations = self.lock();
        let found = conversations.get(id).map(|kept| kept.stored.position());
        match found.unwrap_or_default() {
            found if found == wanted => Ok(conversations),
            found => Err(StoreError::conflict(wanted, found)),
        }
    }
}

impl Store for MemoryStore {
    fn read<'a>(
        &'a self,
        id: &'a ConversationId,
    ) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        Box::pin(async { Ok(self.lock().get(id).map(|kept| kept.stored.clone())) })
    }

    fn append<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        records: Vec<Bytes>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut conversations = self.at(id, at)?;
            let kept = conversations.get_mut(id);
            let kept = kept.ok_or_else(|| StoreError::conflict(at, Position::NOTHING))?;
            kept.stored.records.extend(records);
            Ok(())
        })
    }

    fn replace<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let stored = Stored {
                version: at.version + 1,
                snapshot: snapshot.bytes,
                records: Vec::new(),
            };
            let due = snapshot.due;
            self.at(id, at)?.insert(id.clone(), Kept { stored, due });
            Ok(())
        })
    }

    fn list<'a>(
        &'a self,
        after: Option<&'a ConversationId>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        Box::pin(async move {
            let after = after.map_or(Bound::Unbounded, Bound::Excluded);
            let conversations = self.lock();
            let listed = conversations.range::<ConversationId, _>((after, Bound::Unbounded));
            let listed = listed.take(most).map(|(id, kept)| Listed {
                id: id.clone(),
                has_records: !kept.stored.records.is_empty(),
                due: kept.due,
            });
            Ok(listed.collect())
        })
    }

    fn delete<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move { self.at(id, at).map(|mut all| all.remove(id)).map(drop) })
    }
}
