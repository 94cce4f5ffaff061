//! What cancels a running action.

use std::sync::Arc;
use std::time::Duration;

use action_sdk_runtime::{Runtime, Session};

use crate::actions::Ends;
use crate::support::{block_on, builder, dispatcher, send, short};

const LISTENS: &str = "\
flow main
  match Go()
  start ListenAction() as $listening
  match Stop()
  send $listening.Stop()
  match $listening.Finished() as $end
  send Out(ok=$end.is_success, why=$end.failure_reason)
  match Never()
";

fn listening() -> (Runtime, Arc<Ends>) {
    counting(LISTENS)
}

/// A runtime for these flows, and a counter of how often one of its actions has ended or cleaned up.
fn counting(flows: &str) -> (Runtime, Arc<Ends>) {
    let ends = Arc::<Ends>::default();
    let runtime = builder(flows).dispatcher(dispatcher(&ends)).build();
    (runtime.expect("a runtime"), ends)
}

async fn go(runtime: &Runtime) -> Session {
    let mut session = runtime.session();
    send(&mut session, &[]).await;
    send(&mut session, &["Go"]).await;
    session
}

/// Lets aborted tasks end.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[test]
fn a_stop_event_does() {
    block_on(async {
        let (runtime, ends) = listening();
        let mut session = go(&runtime).await;
        let out = send(&mut session, &["Stop"]).await;
        settle().await;
        assert_eq!(ends.count(), 1);
        // The stop is not sent to the host.
        assert_eq!(
            out,
            ["Out ok=false why=\"action `ListenAction`: it was stopped\""]
        );
        assert!(!session.has_running_actions());
    });
}

#[test]
fn a_host_can_hear_of_the_stop() {
    block_on(async {
        let runtime = builder(LISTENS).tell_stops().build();
        let mut session = go(&runtime.expect("a runtime")).await;
        let out = send(&mut session, &["Stop"]).await;
        assert_eq!(out[0], "StopListenAction");
        assert_eq!(out.len(), 2);
    });
}

#[test]
fn the_end_of_its_session_does() {
    block_on(async {
        let (runtime, ends) = listening();
        let session = go(&runtime).await;
        settle().await;
        assert_eq!(ends.count(), 0);
        drop(session);
        settle().await;
        assert_eq!(ends.count(), 1);
    });
}

#[test]
fn the_host_does() {
    block_on(async {
        let (runtime, ends) = listening();
        let mut session = go(&runtime).await;
        session.cancel_actions();
        settle().await;
        assert_eq!(ends.count(), 1);
    });
}

#[test]
fn the_end_of_one_session_leaves_others_alone() {
    block_on(async {
        let (runtime, ends) = listening();
        let (one, mut other) = (go(&runtime).await, go(&runtime).await);
        drop(one);
        settle().await;
        assert_eq!(ends.count(), 1);
        let out = send(&mut other, &["Stop"]).await;
        assert!(
            out.iter().any(|event| event.starts_with("Out ok=false")),
            "{out:?}"
        );
    });
}

#[test]
fn the_end_of_the_flow_that_owns_it_does() {
    let flows = "flow job\n  await ListenAction()\n\nflow main\n  match Go()\n  start job as $job\n  match Stop()\n  send $job.Stop()\n  match Never()\n";
    block_on(async {
        let ends = Arc::<Ends>::default();
        let runtime = builder(flows)
            .dispatcher(dispatcher(&ends))
            .build()
            .expect("a runtime");
        let mut session = go(&runtime).await;
        let out = session
            .process_events(vec![crate::support::event("Stop")])
            .await
            .expect("events");
        settle().await;
        assert_eq!(
            ends.count(),
            1,
            "{:?}",
            out.iter().map(short).collect::<Vec<_>>()
        );
    });
}

const WATCHES_IN_BACKGROUND: &str = "\
flow main
  match Go()
  start WatchInBackgroundAction() as $watching
  match Stop()
  send $watching.Stop()
  match $watching.Finished() as $end
  send Out(ok=$end.is_success, why=$end.failure_reason)
  match Never()
";

/// Ends the action from outside, and checks that it has cleaned up once.
fn check_clean_up(end: impl AsyncFnOnce(Session) -> Option<Session>) {
    block_on(async {
        let (runtime, clean_ups) = counting(WATCHES_IN_BACKGROUND);
        let session = go(&runtime).await;
        settle().await;
        assert_eq!(clean_ups.count(), 0);
        let _session = end(session).await;
        settle().await;
        assert_eq!(clean_ups.count(), 1);
    });
}

#[test]
fn an_action_that_is_stopped_gets_to_its_clean_up() {
    check_clean_up(async |mut session| {
        let out = send(&mut session, &["Stop"]).await;
        let expected = "Out ok=false why=\"action `WatchInBackgroundAction`: it was stopped\"";
        assert_eq!(out, [expected]);
        Some(session)
    });
}

#[test]
fn an_action_that_the_host_cancels_gets_to_its_clean_up() {
    check_clean_up(async |mut session| {
        session.cancel_actions();
        Some(session)
    });
}

#[test]
fn an_action_whose_session_ends_gets_to_its_clean_up() {
    check_clean_up(async |session| {
        drop(session);
        None
    });
}

#[test]
fn an_action_that_the_session_waits_for_gets_to_its_clean_up() {
    let flows = "\
flow main
  match Go()
  start WatchAction() as $watching
  await SlowAction(n=1)
  send $watching.Stop()
  match Never()
";
    block_on(async {
        let (runtime, clean_ups) = counting(flows);
        let _session = go(&runtime).await;
        assert_eq!(clean_ups.count(), 1);
    });
}
