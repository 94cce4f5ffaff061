//! Where conversations are kept: the trait, and what all stores have in common.

mod memory;
#[cfg(feature = "redb")]
mod redb;

use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use umim::Timestamp;

use crate::id::ConversationId;

pub use self::memory::MemoryStore;
#[cfg(feature = "redb")]
pub use self::redb::RedbStore;

/// Keeps conversations: for each id a snapshot, and the records since then. A store knows nothing of what is in them.
///
/// Every write says at which [`Position`] the writer believes the conversation to be, and fails with
/// [`StoreErrorKind::Conflict`] if it is elsewhere. So a process that was overtaken by another one cannot overwrite
/// anything. A write that has returned is durable; one that has failed may have been made or not, unless it failed with
/// a conflict. A write is made as a whole or not at all.
pub trait Store: Send + Sync + 'static {
    /// What is kept of a conversation; `None` if nothing is.
    fn read<'a>(
        &'a self,
        id: &'a ConversationId,
    ) -> BoxFuture<'a, Result<Option<Stored>, StoreError>>;

    /// Appends records.
    fn append<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        records: Vec<Bytes>,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Replaces the snapshot and drops the records before it. The version of the new one is one higher; a conversation
    /// that does not exist is at [`Position::NOTHING`].
    fn replace<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// At most so many conversations whose ids come after this one, in the order of their ids.
    fn list<'a>(
        &'a self,
        after: Option<&'a ConversationId>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>>;

    /// Deletes a conversation.
    fn delete<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
    ) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Shared bytes.
pub type Bytes = Arc<[u8]>;

/// How far a conversation has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// How many snapshots were written.
    pub version: u64,
    /// How many records there are since the latest snapshot.
    pub records: u64,
}

impl Position {
    /// The position of a conversation that does not exist.
    pub const NOTHING: Self = Self {
        version: 0,
        records: 0,
    };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "snapshot {}, record {}", self.version, self.records)
    }
}

/// A snapshot, and what a store has to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its contents.
    pub bytes: Bytes,
    /// When the conversation has to be woken up, if nothing comes in.
    pub due: Option<Timestamp>,
}

/// What is kept of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The version of the snapshot.
    pub version: u64,
    /// The snapshot.
    pub snapshot: Bytes,
    /// The records since then.
    pub records: Vec<Bytes>,
}

impl Stored {
    /// How far the conversation has come.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            version: self.version,
            records: self.records.len() as u64,
        }
    }
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: ConversationId,
    /// Whether there are records after the snapshot: its process may have ended unexpectedly.
    pub has_records: bool,
    /// When it has to be woken up, as said by the snapshot.
    pub due: Option<Timestamp>,
}

/// Why a store failed.
#[derive(Debug, Clone)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
}

/// Kinds of [`StoreError`], to match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The conversation is not where the writer believed it to be: someone else has written. Nothing was written.
    Conflict,
    /// There is no space left.
    Full,
    /// Another process has opened the store.
    InUse,
    /// The store is damaged, or not a store.
    Damaged,
    /// The store does not answer, or an operation on it failed.
    Unavailable,
}

impl StoreError {
    /// An error of this kind.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// The error for a writer that was overtaken.
    #[must_use]
    pub fn conflict(wanted: Position, found: Position) -> Self {
        let message = format!(
            "it is at {found}, and this writer believed it to be at {wanted}: another process has written it"
        );
        Self::new(StoreErrorKind::Conflict, message)
    }

    /// The kind of error, to match on.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {}
