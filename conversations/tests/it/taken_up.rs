//! A process ends, another one goes on: what is done again, what is reported, and what is refused.

use std::sync::Arc;
use std::time::Duration;

use action_sdk_conversations::store::{MemoryStore, Position, RedbStore, Snapshot, Store};
use action_sdk_conversations::{ConversationId, ErrorKind, Input, Limits};

use crate::support::{
    FLOWS, Log, block_on, builder, builder_with, event, next, runtime_of, shorts,
};

/// Sends an event, and ends the process after so many milliseconds.
fn killed_after(store: &MemoryStore, log: &Log, sent: &str, millis: u64) {
    let store = store.clone();
    block_on(async {
        let all = builder_with(store, log).open();
        let one = all.conversation("one").expect("an id");
        one.send(event(sent)).await.expect("it is taken");
        tokio::time::sleep(Duration::from_millis(millis)).await;
    });
}

/// What a second process delivers without being asked.
fn taken_up(store: &MemoryStore, log: &Log, count: usize) -> Vec<String> {
    let store = store.clone();
    block_on(async {
        let all = builder_with(store, log).open();
        tokio::time::sleep(Duration::from_secs(20)).await;
        next(&all, "one", 0, count).await
    })
}

fn entries(log: &Log) -> Vec<String> {
    log.lock().expect("a log").clone()
}

#[test]
fn an_idempotent_action_runs_again_with_the_same_uid() {
    let (store, log) = (MemoryStore::default(), Log::default());
    killed_after(&store, &log, r#"Look what="tea" millis=500"#, 100);
    let said = taken_up(&store, &log, 2);
    assert_eq!(said, ["1 Hello", r#"2 Found found="tea!""#]);
    let entries = entries(&log);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0], entries[1]);
}

#[test]
fn any_other_action_is_reported_as_failed() {
    let (store, log) = (MemoryStore::default(), Log::default());
    killed_after(&store, &log, r#"Pay what="tea" millis=500"#, 100);
    let said = taken_up(&store, &log, 2);
    assert_eq!(said[1], r#"2 Paid what="tea" paid=null"#);
    assert_eq!(entries(&log), ["pay tea"]);
}

#[test]
fn an_action_whose_result_is_kept_never_runs_again() {
    let (store, log) = (MemoryStore::default(), Log::default());
    killed_after(&store, &log, r#"Look what="tea" millis=50"#, 100);
    let said = taken_up(&store, &log, 2);
    assert_eq!(said[1], r#"2 Found found="tea!""#);
    assert_eq!(entries(&log).len(), 1);
}

#[test]
fn an_action_that_ends_its_process_each_time_is_given_up() {
    let (store, log) = (MemoryStore::default(), Log::default());
    killed_after(&store, &log, r#"Look what="tea" millis=900000"#, 100);
    for _ in 0..2 {
        killed_after(&store, &log, r#"Echo what="knock""#, 100);
    }
    assert_eq!(entries(&log).len(), 3);
    let said = taken_up(&store, &log, 2);
    assert_eq!(said[1], "2 Found found=null");
    assert_eq!(entries(&log).len(), 3);
}

#[test]
fn a_late_timer_fires_at_once() {
    let (store, log) = (MemoryStore::default(), Log::default());
    killed_after(&store, &log, r#"Wait seconds=1 what="tea""#, 100);
    std::thread::sleep(Duration::from_millis(1_000));
    assert_eq!(taken_up(&store, &log, 2)[1], r#"2 Rang what="tea""#);
}

#[test]
fn what_a_host_attaches_is_attached_again() {
    let store = MemoryStore::default();
    let who = || {
        let prepare = |id: &ConversationId, session: &mut action_sdk_runtime::Session| {
            let user = serde_json::json!({"user": format!("owner of {id}")});
            session.set_extension(action_sdk_conversations::Caller(user));
        };
        let store = store.clone();
        block_on(async move {
            let all = builder(store).prepare(prepare).open();
            let one = all.conversation("one").expect("an id");
            shorts(&one.ask(event("Who")).await.expect("it is taken")).pop()
        })
    };
    let (first, again) = (who(), who());
    assert_eq!(first.as_deref(), Some(r#"2 Caller who="owner of one""#));
    assert_eq!(again.as_deref(), Some(r#"3 Caller who="owner of one""#));
}

#[test]
fn many_records_are_replaced_by_a_snapshot() {
    block_on(async {
        let store = MemoryStore::default();
        let limits = Limits {
            records: 4,
            ..Limits::default()
        };
        let all = builder(store.clone()).limits(limits).open();
        let one = all.conversation("one").expect("an id");
        for _ in 0..10 {
            one.ask(event("Echo what=1")).await.expect("it is taken");
        }
        let stored = store
            .read(one.id())
            .await
            .expect("it can be read")
            .expect("it exists");
        assert_eq!(
            stored.position(),
            Position {
                version: 3,
                records: 2
            }
        );
    });
}

/// A store whose conversation `one` has two records.
fn stored() -> (MemoryStore, ConversationId) {
    let store = MemoryStore::default();
    for what in ["Echo what=1", "Echo what=2"] {
        killed_after(&store, &Log::default(), what, 1);
    }
    (store, "one".parse().expect("an id"))
}

/// Loads a conversation after this change of what is stored, and another one.
#[track_caller]
fn check_damaged(
    change: impl FnOnce(&mut Vec<Arc<[u8]>>, &mut Arc<[u8]>),
    kind: ErrorKind,
    place: &str,
) {
    let (store, id) = stored();
    let damaged = MemoryStore::default();
    let (error, kept, wanted) = block_on(async {
        let stored = store
            .read(&id)
            .await
            .expect("it can be read")
            .expect("it exists");
        let (mut records, mut snapshot) = (stored.records, stored.snapshot);
        change(&mut records, &mut snapshot);
        let bytes = Arc::clone(&snapshot);
        damaged
            .replace(&id, Position::NOTHING, Snapshot { bytes, due: None })
            .await
            .expect("it is written");
        let at = Position {
            version: 1,
            records: 0,
        };
        damaged
            .append(&id, at, records.clone())
            .await
            .expect("it is written");
        let all = builder(damaged.clone()).open();
        let one = all.conversation("one").expect("an id");
        let error = one
            .ask(event("Echo what=3"))
            .await
            .expect_err("it is damaged");
        all.conversation("two")
            .expect("an id")
            .ask(event("Echo what=1"))
            .await
            .expect("it goes on");
        let kept = damaged
            .read(&id)
            .await
            .expect("it can be read")
            .expect("it exists");
        (error, (kept.records, kept.snapshot), (records, snapshot))
    });
    assert_eq!(error.kind(), kind, "{error}");
    assert!(
        error.to_string().starts_with("conversation `one`: "),
        "{error}"
    );
    assert!(error.to_string().contains(place), "{error}");
    assert_eq!(kept, wanted, "nothing is overwritten");
}

fn flipped(bytes: &[u8]) -> Arc<[u8]> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.into()
}

#[test]
fn a_damaged_record_is_told_with_its_place() {
    let change =
        |records: &mut Vec<Arc<[u8]>>, _: &mut Arc<[u8]>| records[1] = flipped(&records[1]);
    check_damaged(change, ErrorKind::Damaged, "record 1 is damaged");
}

#[test]
fn a_torn_record_is_told_with_its_place() {
    let change = |records: &mut Vec<Arc<[u8]>>, _: &mut Arc<[u8]>| {
        records[0] = records[0][..20].into();
    };
    check_damaged(
        change,
        ErrorKind::Damaged,
        "record 0 is damaged: it has 20 bytes",
    );
}

#[test]
fn a_damaged_snapshot_is_told() {
    let change = |_: &mut Vec<Arc<[u8]>>, snapshot: &mut Arc<[u8]>| *snapshot = flipped(snapshot);
    check_damaged(change, ErrorKind::Damaged, "the snapshot is damaged");
}

#[test]
fn a_record_of_a_later_version_is_told() {
    let change = |records: &mut Vec<Arc<[u8]>>, _: &mut Arc<[u8]>| {
        let mut later = records[1].to_vec();
        later[0] = 2;
        records[1] = later.into();
    };
    check_damaged(change, ErrorKind::Version, "record 1");
}

#[test]
fn a_second_process_makes_the_first_one_fail() {
    block_on(async {
        let store = MemoryStore::default();
        let (first, second) = (builder(store.clone()).open(), builder(store).open());
        let (first, second) = (first.conversation("one"), second.conversation("one"));
        let (first, second) = (first.expect("an id"), second.expect("an id"));
        first.ask(event("Echo what=1")).await.expect("it is taken");
        second.ask(event("Echo what=2")).await.expect("it is taken");
        let error = first
            .ask(event("Echo what=3"))
            .await
            .expect_err("the second one has it");
        assert_eq!(error.kind(), ErrorKind::TakenOver);
        assert!(error.to_string().contains("conversation `one`"), "{error}");
        tokio::task::yield_now().await;
        let answer = first
            .ask(event("Echo what=3"))
            .await
            .expect("it is read again");
        assert_eq!(shorts(&answer), ["4 Echoed what=3"]);
    });
}

#[test]
fn records_of_other_flows_are_not_played_as_if_nothing_were() {
    let (store, _) = stored();
    let changed = FLOWS.replace("Echoed(what=$it.what)", "Echoed(what=0)");
    let error = block_on(async {
        let runtime = runtime_of(&changed, &Log::default());
        let all = action_sdk_conversations::Conversations::builder(runtime, store).open();
        let one = all.conversation("one").expect("an id");
        one.ask(Input::default())
            .await
            .expect_err("the flows have changed")
    });
    assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
}

#[test]
fn a_file_keeps_conversations() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("all.redb");
    let ask = |sent: &'static str| {
        let store = RedbStore::open(&path).expect("a store");
        let tokio = tokio::runtime::Runtime::new().expect("a tokio runtime");
        tokio.block_on(async {
            let all = builder(store).open();
            let one = all.conversation("one").expect("an id");
            shorts(&one.ask(event(sent)).await.expect("it is taken"))
        })
    };
    assert_eq!(ask("Echo what=1"), ["1 Hello", "2 Echoed what=1"]);
    assert_eq!(ask("Echo what=2"), ["3 Echoed what=2"]);
}
