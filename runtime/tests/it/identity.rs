//! The caller of a conversation, and its id.

use action_sdk::Extension;
use action_sdk::prelude::*;
use action_sdk_runtime::Runtime;

use crate::support::{block_on, runtime, send, short};

struct Caller(&'static str);

#[action]
async fn who(caller: Extension<Caller>) -> String {
    caller.0.to_owned()
}

/// Takes a while, and is idempotent.
#[action(execute_async, idempotent)]
async fn who_then(caller: Extension<Caller>) -> String {
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    caller.0.to_owned()
}

const ASKS: &str = "flow main\n  while True\n    match Go()\n    $who = await WhoAction()\n    send Out(who=$who)\n";
const ASKS_THEN: &str = "flow main\n  match Go()\n  $who = await WhoThenAction()\n  send Out(who=$who)\n  match Never()\n";

fn saved_text(runtime: &Runtime) -> String {
    block_on(async {
        let mut session = runtime.session().with_extension(Caller("Ada"));
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await;
        session.snapshot().expect("it is saved").into()
    })
}

#[test]
fn an_action_takes_what_the_host_has_attached() {
    block_on(async {
        let mut session = runtime(ASKS).session().with_extension(Caller("Ada"));
        send(&mut session, &[]).await;
        assert_eq!(send(&mut session, &["Go"]).await, ["Out who=\"Ada\""]);
    });
}

#[test]
fn it_can_be_another_later() {
    block_on(async {
        let mut session = runtime(ASKS).session().with_extension(Caller("Ada"));
        send(&mut session, &[]).await;
        session.set_extension(Caller("Grace"));
        assert_eq!(send(&mut session, &["Go"]).await, ["Out who=\"Grace\""]);
    });
}

#[test]
fn each_session_has_its_own() {
    block_on(async {
        let runtime = runtime(ASKS);
        let mut ada = runtime.session().with_extension(Caller("Ada"));
        let mut grace = runtime.session().with_extension(Caller("Grace"));
        for (session, out) in [
            (&mut ada, "Out who=\"Ada\""),
            (&mut grace, "Out who=\"Grace\""),
        ] {
            send(session, &[]).await;
            assert_eq!(send(session, &["Go"]).await, [out]);
        }
    });
}

#[test]
fn it_is_not_saved() {
    let runtime = runtime(ASKS);
    block_on(async {
        let mut session = runtime.session().with_extension(Caller("Ada"));
        send(&mut session, &[]).await;
        let saved = session.snapshot().expect("it is saved");
        let mut session = runtime.resume(saved).expect("it is resumed");
        assert_eq!(send(&mut session, &["Go"]).await, ["Out who=null"]);
    });
}

#[test]
fn what_is_attached_after_resuming_is_there_for_an_action_that_starts_again() {
    let runtime = runtime(ASKS_THEN);
    let saved = saved_text(&runtime);
    assert!(!saved.contains("Ada"));
    block_on(async {
        let session = runtime.resume(saved).expect("it is resumed");
        let mut session = session.with_extension(Caller("Grace"));
        assert!(session.has_running_actions());
        let pushed = session.next_event().await.expect("no error");
        assert_eq!(
            pushed.as_ref().map(short).as_deref(),
            Some("Out who=\"Grace\"")
        );
    });
}

#[test]
fn one_that_is_to_start_again_can_be_saved_before_it_does() {
    let runtime = runtime(ASKS_THEN);
    let saved = saved_text(&runtime);
    let mut session = runtime.resume(&saved).expect("it is resumed");
    assert_eq!(session.snapshot().expect("it is saved").as_str(), saved);
}

#[test]
fn conversations_are_numbered() {
    let runtime = runtime(ASKS);
    let ids = [runtime.session().id(), runtime.session().id()];
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn a_name_is_saved() {
    let runtime = runtime(ASKS);
    let mut session = runtime.session().with_id("thread-7");
    let saved = session.snapshot().expect("it is saved");
    let session = runtime.resume(saved).expect("it is resumed");
    assert_eq!(session.id(), "thread-7");
}
