//! A store in one file, with redb. One thread writes: what has come in meanwhile is committed together, with one flush.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use ::redb::{
    Database, DatabaseError, ReadableDatabase, ReadableTable, StorageBackend, StorageError, Table,
    TableDefinition, WriteTransaction,
};
use futures_core::future::BoxFuture;
use tokio::sync::oneshot;
use umim::Timestamp;

use super::{Bytes, Listed, Position, Snapshot, Store, StoreError, StoreErrorKind, Stored};
use crate::id::ConversationId;

/// Per conversation the version of the snapshot, and when it has to be woken up.
const HEADS: TableDefinition<&str, (u64, Option<i64>)> = TableDefinition::new("heads");
const SNAPSHOTS: TableDefinition<&str, &[u8]> = TableDefinition::new("snapshots");
const RECORDS: TableDefinition<(&str, u64), &[u8]> = TableDefinition::new("records");

/// How many writes are committed together.
const MOST_TOGETHER: usize = 1024;

/// Keeps conversations in one file, for one process on one machine.
///
/// A write is acknowledged when it is on disk. All writes that come in while the disk is busy are committed together.
/// If the disk fails, writes fail until it works again; the file is opened anew then.
///
/// ```
/// use action_sdk_conversations::store::RedbStore;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("conversations.redb");
/// let store = RedbStore::open(&path)?;
/// # drop(store);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RedbStore {
    writes: Option<Sender<Write>>,
    file: Arc<File>,
    writer: Option<std::thread::JoinHandle<()>>,
}

type Opener = Box<dyn Fn() -> Result<Database, StoreError> + Send + Sync>;

/// The opened file; nothing after a failure, until it is opened again.
struct File {
    open: Opener,
    database: Mutex<Option<Arc<Database>>>,
}

/// A write, and who waits for it.
struct Write {
    id: ConversationId,
    at: Position,
    change: Change,
    done: oneshot::Sender<Result<(), StoreError>>,
}

enum Change {
    Append(Vec<Bytes>),
    Replace(Snapshot),
    Delete,
}

impl RedbStore {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    ///
    /// * [`StoreErrorKind::InUse`] if another process has opened it.
    /// * [`StoreErrorKind::Damaged`] if it is truncated or not a store; it is left as it is.
    /// * [`StoreErrorKind::Full`], [`StoreErrorKind::Unavailable`] if the disk fails.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref().to_owned();
        Self::open_with(Box::new(move || open(&path)))
    }

    /// Opens a store on another storage than a file, made by this function, such as one that fails in a test. It is
    /// called again after a failure.
    ///
    /// # Errors
    ///
    /// See [`open`](Self::open).
    pub fn with_backend<B: StorageBackend>(
        backend: impl Fn() -> std::io::Result<B> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        Self::open_with(Box::new(move || {
            let backend = backend().map_err(|error| of_io(&error))?;
            contained(|| Database::builder().create_with_backend(backend)).map_err(of_database)
        }))
    }

    fn open_with(open: Opener) -> Result<Self, StoreError> {
        let file = Arc::new(File {
            open,
            database: Mutex::default(),
        });
        file.prepare()?;
        let (writes, incoming) = channel();
        let writing = Arc::clone(&file);
        let writer = std::thread::Builder::new().name("conversations".to_owned());
        let writer = writer.spawn(move || write_all(&writing, &incoming));
        let writer = writer.map_err(|error| of_io(&error))?;
        Ok(Self {
            writes: Some(writes),
            file,
            writer: Some(writer),
        })
    }

    async fn write(
        &self,
        id: &ConversationId,
        at: Position,
        change: Change,
    ) -> Result<(), StoreError> {
        let (done, result) = oneshot::channel();
        let write = Write {
            id: id.clone(),
            at,
            change,
            done,
        };
        let gone = || StoreError::new(StoreErrorKind::Unavailable, "the store was closed");
        let writes = self.writes.as_ref().ok_or_else(gone)?;
        writes.send(write).map_err(|_| gone())?;
        result.await.map_err(|_| gone())?
    }

    async fn reading<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Database) -> Result<T, ::redb::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let file = Arc::clone(&self.file);
        let read = move || file.using(|database| contained(|| read(database)).map_err(of_any));
        let read = tokio::task::spawn_blocking(read).await;
        read.unwrap_or_else(|error| {
            Err(StoreError::new(
                StoreErrorKind::Unavailable,
                error.to_string(),
            ))
        })
    }
}

/// Waits for the writer, so that the file is closed afterwards.
impl Drop for RedbStore {
    fn drop(&mut self) {
        self.writes = None;
        if let Some(writer) = self.writer.take() {
            let _joined = writer.join();
        }
    }
}

impl std::fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedbStore").finish_non_exhaustive()
    }
}

impl Store for RedbStore {
    fn read<'a>(
        &'a self,
        id: &'a ConversationId,
    ) -> BoxFuture<'a, Result<Option<Stored>, StoreError>> {
        let id = id.clone();
        Box::pin(self.reading(move |database| read(database, id.as_str())))
    }

    fn append<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        records: Vec<Bytes>,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(id, at, Change::Append(records)))
    }

    fn replace<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
        snapshot: Snapshot,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(id, at, Change::Replace(snapshot)))
    }

    fn list<'a>(
        &'a self,
        after: Option<&'a ConversationId>,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Listed>, StoreError>> {
        let after = after.cloned();
        Box::pin(self.reading(move |database| list(database, after.as_ref(), most)))
    }

    fn delete<'a>(
        &'a self,
        id: &'a ConversationId,
        at: Position,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(self.write(id, at, Change::Delete))
    }
}

impl File {
    /// Opens the file and makes its tables.
    fn prepare(&self) -> Result<(), StoreError> {
        self.using(|database| {
            contained(|| -> Result<(), ::redb::Error> {
                let transaction = database.begin_write()?;
                transaction.open_table(HEADS)?;
                transaction.open_table(SNAPSHOTS)?;
                transaction.open_table(RECORDS)?;
                Ok(transaction.commit()?)
            })
            .map_err(of_any)
        })
    }

    /// Uses the database; opens it again if it failed earlier, and gives it up if it fails now.
    fn using<T>(
        &self,
        run: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let database = {
            let mut open = self.database.lock().unwrap_or_else(PoisonError::into_inner);
            match &*open {
                Some(database) => Arc::clone(database),
                None => Arc::clone(open.insert(Arc::new((self.open)()?))),
            }
        };
        let result = run(&database);
        if result
            .as_ref()
            .is_err_and(|error| error.kind() != StoreErrorKind::Conflict)
        {
            let mut open = self.database.lock().unwrap_or_else(PoisonError::into_inner);
            open.take_if(|other| Arc::ptr_eq(other, &database));
        }
        result
    }
}

fn open(path: &PathBuf) -> Result<Database, StoreError> {
    // An empty file would be taken for a new store, although something has cut it off.
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0) {
        let message = format!(
            "`{}` is empty, so it is no store; remove it to begin a new one",
            path.display()
        );
        return Err(StoreError::new(StoreErrorKind::Damaged, message));
    }
    contained(|| Database::create(path)).map_err(|error| {
        let error = of_database(error);
        let message = format!("the store `{}` cannot be opened: {error}", path.display());
        StoreError::new(error.kind(), message)
    })
}

/// Commits writes together until the store is dropped.
fn write_all(file: &File, incoming: &Receiver<Write>) {
    while let Ok(first) = incoming.recv() {
        let mut writes = vec![first];
        writes.extend(incoming.try_iter().take(MOST_TOGETHER - 1));
        match file.using(|database| commit(database, &writes)) {
            Ok(results) => {
                for (write, result) in writes.into_iter().zip(results) {
                    let _gone = write.done.send(result);
                }
            }
            Err(error) => {
                for write in writes {
                    let _gone = write.done.send(Err(error.clone()));
                }
            }
        }
    }
}

type Results = Vec<Result<(), StoreError>>;

/// Makes all of these writes that are at the right position, and flushes once.
fn commit(database: &Database, writes: &[Write]) -> Result<Results, StoreError> {
    let commit = || -> Result<Results, ::redb::Error> {
        let transaction = database.begin_write()?;
        let results = {
            let mut tables = Tables::of(&transaction)?;
            let results = writes.iter().map(|write| tables.make(write));
            results.collect::<Result<Results, ::redb::Error>>()?
        };
        transaction.commit()?;
        Ok(results)
    };
    contained(commit).map_err(of_any)
}

struct Tables<'t> {
    heads: Table<'t, &'static str, (u64, Option<i64>)>,
    snapshots: Table<'t, &'static str, &'static [u8]>,
    records: Table<'t, (&'static str, u64), &'static [u8]>,
}

impl<'t> Tables<'t> {
    fn of(transaction: &'t WriteTransaction) -> Result<Self, ::redb::Error> {
        Ok(Self {
            heads: transaction.open_table(HEADS)?,
            snapshots: transaction.open_table(SNAPSHOTS)?,
            records: transaction.open_table(RECORDS)?,
        })
    }

    fn position(&self, id: &str) -> Result<Position, ::redb::Error> {
        let Some(head) = self.heads.get(id)? else {
            return Ok(Position::NOTHING);
        };
        let (version, _) = head.value();
        let records = next_record(&self.records, id)?;
        Ok(Position { version, records })
    }

    fn make(&mut self, write: &Write) -> Result<Result<(), StoreError>, ::redb::Error> {
        let id = write.id.as_str();
        let found = self.position(id)?;
        let is_missing = matches!(write.change, Change::Append(_)) && found.version == 0;
        if found != write.at || is_missing {
            return Ok(Err(StoreError::conflict(write.at, found)));
        }
        match &write.change {
            Change::Append(records) => {
                for (number, record) in (found.records..).zip(records) {
                    self.records.insert((id, number), &**record)?;
                }
            }
            Change::Replace(snapshot) => {
                let due = snapshot.due.map(Timestamp::as_micros);
                self.heads.insert(id, (found.version + 1, due))?;
                self.snapshots.insert(id, &*snapshot.bytes)?;
                self.drop_records(id)?;
            }
            Change::Delete => {
                self.heads.remove(id)?;
                self.snapshots.remove(id)?;
                self.drop_records(id)?;
            }
        }
        Ok(Ok(()))
    }

    fn drop_records(&mut self, id: &str) -> Result<(), ::redb::Error> {
        self.records
            .retain_in((id, 0)..=(id, u64::MAX), |_, _| false)?;
        Ok(())
    }
}

fn next_record(
    records: &impl ReadableTable<(&'static str, u64), &'static [u8]>,
    id: &str,
) -> Result<u64, ::redb::Error> {
    let last = records.range((id, 0)..=(id, u64::MAX))?.next_back();
    let last = last.transpose()?.map(|(key, _)| key.value().1);
    Ok(last.map_or(0, |last| last + 1))
}

fn read(database: &Database, id: &str) -> Result<Option<Stored>, ::redb::Error> {
    let transaction = database.begin_read()?;
    let Some(head) = transaction.open_table(HEADS)?.get(id)? else {
        return Ok(None);
    };
    let snapshot = transaction.open_table(SNAPSHOTS)?.get(id)?;
    let records = transaction.open_table(RECORDS)?;
    let records = records.range((id, 0)..=(id, u64::MAX))?;
    let records = records.map(|record| record.map(|(_, value)| value.value().into()));
    Ok(Some(Stored {
        version: head.value().0,
        snapshot: snapshot
            .map(|bytes| bytes.value().into())
            .unwrap_or_default(),
        records: records.collect::<Result<_, _>>()?,
    }))
}

fn list(
    database: &Database,
    after: Option<&ConversationId>,
    most: usize,
) -> Result<Vec<Listed>, ::redb::Error> {
    let transaction = database.begin_read()?;
    let heads = transaction.open_table(HEADS)?;
    let records = transaction.open_table(RECORDS)?;
    let first = after.map_or("", ConversationId::as_str);
    let mut listed = Vec::new();
    for head in heads.range(first..)? {
        let (key, value) = head?;
        if listed.len() == most {
            break;
        }
        let Ok(id) = ConversationId::new(key.value()) else {
            continue;
        };
        if Some(&id) == after {
            continue;
        }
        listed.push(Listed {
            has_records: next_record(&records, id.as_str())? > 0,
            due: value.value().1.map(Timestamp::from_micros),
            id,
        });
    }
    Ok(listed)
}

/// A damaged file must not end the process.
fn contained<T, E: From<StorageError>>(run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    result.unwrap_or_else(|payload| {
        let reason = action_sdk::contain::reason(payload);
        Err(E::from(StorageError::Corrupted(reason)))
    })
}

fn of_database(error: DatabaseError) -> StoreError {
    of_any(error.into())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is the error of a result that is mapped"
)]
fn of_any(error: ::redb::Error) -> StoreError {
    if let ::redb::Error::Io(io) = &error {
        return of_io(io);
    }
    if matches!(error, ::redb::Error::DatabaseAlreadyOpen) {
        let message = "another process has opened it; a redb store serves one process";
        return StoreError::new(StoreErrorKind::InUse, message);
    }
    let is_damaged = matches!(
        error,
        ::redb::Error::Corrupted(_) | ::redb::Error::UpgradeRequired(_)
    );
    let kind = match is_damaged {
        true => StoreErrorKind::Damaged,
        false => StoreErrorKind::Unavailable,
    };
    StoreError::new(kind, error.to_string())
}

fn of_io(error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind::{
        FileTooLarge, InvalidData, QuotaExceeded, StorageFull, UnexpectedEof,
    };
    let kind = error.kind();
    let kind = if [StorageFull, QuotaExceeded, FileTooLarge].contains(&kind) {
        StoreErrorKind::Full
    } else if [InvalidData, UnexpectedEof].contains(&kind) {
        StoreErrorKind::Damaged
    } else {
        StoreErrorKind::Unavailable
    };
    StoreError::new(kind, error.to_string())
}
