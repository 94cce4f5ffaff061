//! Saved conversations that were written by an attacker.

use action_sdk_runtime::{Runtime, RuntimeErrorKind};

use crate::support::{block_on, builder, send};

const FLOWS: &str =
    "flow main\n  $n = 0\n  while True\n    match Next()\n    $n = $n + 1\n    send Count(n=$n)\n";

const KEY: &str = "a key that nobody knows";

fn runtime(key: Option<&str>) -> Runtime {
    let builder = match key {
        Some(key) => builder(FLOWS).snapshot_key(key),
        None => builder(FLOWS),
    };
    builder.build().expect("a runtime")
}

fn saved(key: Option<&str>) -> String {
    block_on(async {
        let mut session = runtime(key).session();
        send(&mut session, &["Next"]).await;
        session.snapshot().expect("it is saved").into()
    })
}

#[track_caller]
fn check_refused(key: Option<&str>, saved: &str, expected: RuntimeErrorKind) {
    let error = runtime(key).resume(saved).expect_err("it is refused");
    assert_eq!(error.kind(), expected, "{error}");
}

/// With modified content and a matching checksum.
fn forged(saved: &str, from: &str, to: &str) -> String {
    let (line, json) = saved.split_once('\n').expect("a first line");
    let json = json.replacen(from, to, 1);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let sum = json.bytes().fold(0xcbf2_9ce4_8422_2325, step);
    let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    words[3] = format!("{sum:016x}");
    format!("{}\n{json}", words.join(" "))
}

#[test]
fn what_was_signed_with_the_same_key_is_taken_up() {
    let saved = saved(Some(KEY));
    block_on(async {
        let mut session = runtime(Some(KEY)).resume(&saved).expect("it is its own");
        assert_eq!(send(&mut session, &["Next"]).await, ["Count n=2"]);
    });
}

#[test]
fn what_was_signed_is_taken_up_without_a_key() {
    assert!(runtime(None).resume(saved(Some(KEY))).is_ok());
}

#[test]
fn another_key_is_refused() {
    let other = "a key of somebody else";
    check_refused(Some(KEY), &saved(Some(other)), RuntimeErrorKind::Untrusted);
}

#[test]
fn a_missing_tag_is_refused() {
    check_refused(Some(KEY), &saved(None), RuntimeErrorKind::Untrusted);
}

#[test]
fn a_tag_that_is_none_is_refused() {
    for tag in [
        "",
        "x",
        "hmac-sha256:",
        "hmac-sha256:zz",
        "hmac-sha256:é",
        "hmac-sha256:00",
    ] {
        let saved = saved(None).replacen('\n', &format!(" {tag}\n"), 1);
        check_refused(Some(KEY), &saved, RuntimeErrorKind::Untrusted);
    }
}

#[test]
fn a_forged_content_is_refused() {
    let forged = forged(&saved(Some(KEY)), "\"n\":1", "\"n\":41");
    check_refused(Some(KEY), &forged, RuntimeErrorKind::Untrusted);
    block_on(async {
        let mut session = runtime(None).resume(&forged).expect("nothing guards it");
        assert_eq!(send(&mut session, &["Next"]).await, ["Count n=42"]);
    });
}

#[test]
fn counters_at_their_end_are_refused() {
    let forged = forged(
        &saved(None),
        "\"epoch\":",
        "\"epoch\":18446744073709551615,\"was\":",
    );
    check_refused(None, &forged, RuntimeErrorKind::Resume);
}

#[test]
fn a_short_key_is_refused() {
    let error = builder(FLOWS).snapshot_key("").build();
    let error = error.expect_err("anybody could guess it");
    assert_eq!(error.kind(), RuntimeErrorKind::SnapshotKey);
}
