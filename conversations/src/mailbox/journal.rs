//! Writes the journal of one conversation, and finds out what became of a write that failed.

use std::sync::Arc;

use crate::error::Error;
use crate::id::ConversationId;
use crate::record::Record;
use crate::store::{Bytes, Position, Snapshot, Store, StoreError, StoreErrorKind, Stored};

/// Where a conversation is in its store.
pub(super) struct Journal {
    store: Arc<dyn Store>,
    id: ConversationId,
    position: Position,
    /// A write that has failed, and may have been made nevertheless.
    unsure: Option<Unsure>,
}

/// A write whose outcome is unknown.
enum Unsure {
    Append(Vec<(Bytes, Record)>),
    Replace(Bytes),
}

impl Journal {
    pub(super) fn new(store: Arc<dyn Store>, id: ConversationId, position: Position) -> Self {
        Self {
            store,
            id,
            position,
            unsure: None,
        }
    }

    /// Whether anything is stored.
    pub(super) fn exists(&self) -> bool {
        self.position.version > 0
    }

    /// How many records there are since the latest snapshot.
    pub(super) fn records(&self) -> u64 {
        self.position.records
    }

    /// Finds out what became of a failed write, and returns the records that were written by it.
    pub(super) async fn settle(&mut self) -> Result<Vec<Record>, Error> {
        let Some(unsure) = &self.unsure else {
            return Ok(Vec::new());
        };
        let stored = self.store.read(&self.id).await;
        let stored = stored.map_err(|error| Error::store(&self.id, error))?;
        let found = stored.as_ref().map_or(Position::NOTHING, Stored::position);
        let was_made = was_made(unsure, self.position, stored.as_ref());
        if !was_made && found != self.position {
            let error = StoreError::conflict(self.position, found);
            return Err(Error::store(&self.id, error));
        }
        match self.unsure.take() {
            Some(Unsure::Append(records)) if was_made => {
                self.position = found;
                Ok(records.into_iter().map(|(_, record)| record).collect())
            }
            Some(_) => {
                self.position = found;
                Ok(Vec::new())
            }
            None => Ok(Vec::new()),
        }
    }

    /// Appends records. [`settle`](Self::settle) must have succeeded before.
    pub(super) async fn append(&mut self, records: Vec<Record>) -> Result<Vec<Record>, Error> {
        let bytes = records
            .iter()
            .map(Record::encode)
            .collect::<Result<Vec<Bytes>, _>>();
        let bytes =
            bytes.map_err(|error| Error::caused(crate::ErrorKind::Refused, &self.id, error))?;
        match self
            .store
            .append(&self.id, self.position, bytes.clone())
            .await
        {
            Ok(()) => {
                self.position.records += bytes.len() as u64;
                Ok(records)
            }
            Err(error) => {
                if error.kind() != StoreErrorKind::Conflict {
                    self.unsure = Some(Unsure::Append(bytes.into_iter().zip(records).collect()));
                }
                Err(Error::store(&self.id, error))
            }
        }
    }

    /// Replaces the snapshot. [`settle`](Self::settle) must have succeeded before.
    pub(super) async fn replace(&mut self, snapshot: Snapshot) -> Result<(), Error> {
        let bytes = Arc::clone(&snapshot.bytes);
        match self.store.replace(&self.id, self.position, snapshot).await {
            Ok(()) => {
                self.position = after_snapshot(self.position);
                Ok(())
            }
            Err(error) => {
                if error.kind() != StoreErrorKind::Conflict {
                    self.unsure = Some(Unsure::Replace(bytes));
                }
                Err(Error::store(&self.id, error))
            }
        }
    }

    /// Deletes the conversation, if it exists.
    pub(super) async fn delete(&mut self) -> Result<(), Error> {
        self.settle().await?;
        let deleted = match self.exists() {
            true => self.store.delete(&self.id, self.position).await,
            false => Ok(()),
        };
        deleted.map_err(|error| Error::store(&self.id, error))
    }
}

fn after_snapshot(position: Position) -> Position {
    Position {
        version: position.version + 1,
        records: 0,
    }
}

/// Whether this write was made at this position, and nothing else after it.
fn was_made(unsure: &Unsure, at: Position, stored: Option<&Stored>) -> bool {
    let Some(stored) = stored else {
        return false;
    };
    match unsure {
        Unsure::Append(records) => {
            let before = usize::try_from(at.records).unwrap_or(usize::MAX);
            let written = stored.records.get(before..).unwrap_or_default();
            stored.version == at.version
                && !written.is_empty()
                && written.iter().eq(records.iter().map(|(bytes, _)| bytes))
        }
        Unsure::Replace(snapshot) => {
            stored.position() == after_snapshot(at) && stored.snapshot == *snapshot
        }
    }
}
