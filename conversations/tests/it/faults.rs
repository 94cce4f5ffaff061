//! Stores that fail: full and broken disks, foreign and truncated files, a second process, clocks that jump.

use std::fs;
use std::io::{Error, ErrorKind as IoErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use action_sdk_conversations::store::{MemoryStore, RedbStore, StoreErrorKind};
use action_sdk_conversations::{Clock, ErrorKind, Input};
use redb::StorageBackend;
use redb::backends::FileBackend;
use umim::Timestamp;

use crate::support::{Log, block_on, builder, builder_with, event, next, shorts};

/// A file that fails when it is told to.
#[derive(Debug)]
struct Faulty {
    file: FileBackend,
    fault: Arc<AtomicU8>,
}

const NONE: u8 = 0;
const NO_SPACE: u8 = 1;
const GONE: u8 = 2;

impl Faulty {
    fn open(path: &Path, fault: &Arc<AtomicU8>) -> Result<Self, Error> {
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        let faulty = Self {
            file: FileBackend::new(file).map_err(Error::other)?,
            fault: Arc::clone(fault),
        };
        faulty.check().map(|()| faulty)
    }

    fn check(&self) -> Result<(), Error> {
        match self.fault.load(Ordering::SeqCst) {
            NO_SPACE => Err(IoErrorKind::StorageFull.into()),
            GONE => Err(IoErrorKind::NotConnected.into()),
            _ => Ok(()),
        }
    }
}

impl StorageBackend for Faulty {
    fn len(&self) -> Result<u64, Error> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.check()?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.check()?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.check()?;
        self.file.write(offset, data)
    }
}

/// While a disk fails, inputs are refused with an error that names the conversation; when it works again, everything
/// goes on, with the action that has ended meanwhile.
#[track_caller]
fn check_disk_that_fails(with: u8) {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, fault) = (
        folder.path().join("all.redb"),
        Arc::new(AtomicU8::new(NONE)),
    );
    let opening = Arc::clone(&fault);
    let store = RedbStore::with_backend(move || Faulty::open(&path, &opening));
    let store = store.expect("a store");
    let tokio = tokio::runtime::Runtime::new().expect("a tokio runtime");
    tokio.block_on(async {
        let log = Log::default();
        let all = builder_with(store, &log).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(r#"Pay what="tea" millis=20"#))
            .await
            .expect("it is taken");
        fault.store(with, Ordering::SeqCst);
        let error = one
            .send(event("Echo what=1"))
            .await
            .expect_err("the disk fails");
        assert_eq!(error.kind(), ErrorKind::Store, "{error}");
        assert!(
            error.to_string().starts_with("conversation `one`: "),
            "{error}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
        fault.store(NONE, Ordering::SeqCst);
        let said = next(&all, "one", 1, 1).await;
        assert_eq!(said, [r#"2 Paid what="tea" paid="tea""#]);
        let answer = one.ask(event("Echo what=2")).await.expect("it goes on");
        assert_eq!(shorts(&answer), ["3 Echoed what=2"]);
        assert_eq!(log.lock().expect("a log").len(), 2);
    });
}

#[test]
fn a_full_disk_is_told_and_survived() {
    check_disk_that_fails(NO_SPACE);
}

#[test]
fn a_disk_that_goes_away_and_comes_back_is_survived() {
    check_disk_that_fails(GONE);
}

#[track_caller]
fn check_not_opened(content: &[u8], kind: StoreErrorKind) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.redb");
    fs::write(&path, content).expect("it is written");
    let error = RedbStore::open(&path).expect_err("it is no store");
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains("all.redb"), "{error}");
    assert_eq!(
        fs::read(&path).expect("it is there"),
        content,
        "nothing is overwritten"
    );
}

#[test]
fn a_foreign_file_is_no_store() {
    check_not_opened(b"SQLite format 3\0 and much more", StoreErrorKind::Damaged);
    check_not_opened(&[7; 100_000], StoreErrorKind::Damaged);
    check_not_opened(b"", StoreErrorKind::Damaged);
}

#[test]
fn a_file_that_was_cut_off_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.redb");
    drop(RedbStore::open(&path).expect("a store"));
    let whole = fs::read(&path).expect("it is there");
    check_not_opened(&whole[..whole.len() / 3], StoreErrorKind::Damaged);
    check_not_opened(&whole[..100], StoreErrorKind::Damaged);
}

#[test]
fn a_file_serves_one_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.redb");
    let first = RedbStore::open(&path).expect("a store");
    let error = RedbStore::open(&path).expect_err("it is open already");
    assert_eq!(error.kind(), StoreErrorKind::InUse, "{error}");
    drop(first);
    RedbStore::open(&path).expect("it is free again");
}

/// A time of day that jumps when it is told to; sleeping does not depend on it.
#[derive(Clone, Default)]
struct Jumping(Arc<AtomicI64>);

impl Jumping {
    fn set(&self, seconds: i64) {
        self.0.store(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) -> futures_core::future::BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A timer of ten seconds is set at second 1000; then the clock says something else, and a second process goes on.
/// Returns after how many seconds it fires there.
fn seconds_until_it_fires(clock_says: i64) -> u64 {
    let (store, clock) = (MemoryStore::default(), Jumping::default());
    clock.set(1_000);
    let (set, at) = (store.clone(), clock.clone());
    block_on(async move {
        let all = builder(set).clock(at).open();
        let one = all.conversation("one").expect("an id");
        one.send(event("Wait seconds=10 what=1"))
            .await
            .expect("it is taken");
    });
    clock.set(clock_says);
    block_on(async move {
        let began = tokio::time::Instant::now();
        let all = builder(store).clock(clock).open();
        let one = all.conversation("one").expect("an id");
        one.ask(Input::default()).await.expect("it is taken");
        next(&all, "one", 1, 1).await;
        began.elapsed().as_secs()
    })
}

#[test]
fn a_timer_survives_clocks_that_jump() {
    assert_eq!(seconds_until_it_fires(1_004), 6);
    assert_eq!(seconds_until_it_fires(900_000), 0);
    assert_eq!(seconds_until_it_fires(1), 10);
}

#[test]
fn a_clock_that_is_set_back_changes_nothing_for_a_running_timer() {
    let waited = block_on(async {
        let clock = Jumping::default();
        clock.set(1_000);
        let all = builder(MemoryStore::default()).clock(clock.clone()).open();
        let one = all.conversation("one").expect("an id");
        one.send(event("Wait seconds=10 what=1"))
            .await
            .expect("it is taken");
        let began = tokio::time::Instant::now();
        clock.set(1);
        next(&all, "one", 1, 1).await;
        began.elapsed().as_secs()
    });
    assert!((9..=10).contains(&waited), "{waited}");
}
