//! Timers performed by the runtime: when they fire, who is notified, and what happens to a saved one.

use std::time::Duration;

use action_sdk_runtime::{ProcessOptions, Runtime, Session};
use tokio::time::{Instant, advance};
use umim::Timestamp;

use crate::support::{block_on, builder, check_with, send, short, shorts};

/// A runtime whose clock is that of tokio.
fn runtime(flows: &str) -> Runtime {
    runtime_after(flows, 0)
}

/// The same, as if it was created this many seconds later.
fn runtime_after(flows: &str, seconds: i64) -> Runtime {
    let began = Instant::now();
    let clock = move || {
        let passed = i64::try_from(began.elapsed().as_micros()).unwrap_or_default();
        Timestamp::from_micros(seconds * 1_000_000 + passed)
    };
    let runtime = builder(flows).clock(clock).perform_timers().build();
    runtime.expect("a runtime")
}

async fn begun(runtime: &Runtime) -> Session {
    let mut session = runtime.session();
    assert_eq!(send(&mut session, &[]).await, [""; 0]);
    session
}

/// The next event that is sent, and the seconds until then.
async fn next(session: &mut Session) -> (String, u64) {
    let began = Instant::now();
    let event = session.next_event().await.expect("no error");
    (
        event.as_ref().map(short).unwrap_or_default(),
        began.elapsed().as_secs(),
    )
}

/// Starts a conversation, and checks which events are sent, and after how many seconds.
#[track_caller]
fn check(flows: &str, expected: &[(&str, u64)]) {
    let found = block_on(async {
        let mut session = begun(&runtime(flows)).await;
        let mut found = Vec::new();
        for _ in expected {
            found.push(next(&mut session).await);
        }
        found
    });
    let found: Vec<_> = found
        .iter()
        .map(|(event, at)| (event.as_str(), *at))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_timer_goes_off() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=180)\n  send Out()\n  match Never()\n";
    check(flows, &[("Out", 180), ("", 0)]);
}

#[test]
fn a_duration_may_have_a_fraction() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=2.5)\n  await TimerBotAction(timer_name=\"tea\", duration=2.5)\n  send Out()\n";
    check(flows, &[("Out", 5)]);
}

#[test]
fn arguments_may_be_positional() {
    let flows = "flow main\n  await TimerBotAction(\"tea\", 3)\n  send Out()\n";
    check(flows, &[("Out", 3)]);
}

#[test]
fn a_timer_tells_that_it_runs_and_its_name() {
    let flows = "\
flow main
  start TimerBotAction(timer_name=\"tea\", duration=3) as $timer
  match $timer.Started()
  match TimerBotActionFinished(timer_name=\"tea\") as $end
  send Out(ok=$end.is_success)
";
    check(flows, &[("Out ok=true", 3)]);
}

#[test]
fn two_go_off_each_in_its_time() {
    let flows = "\
flow one
  await TimerBotAction(timer_name=\"long\", duration=5)
  send Long()

flow main
  start one
  await TimerBotAction(timer_name=\"short\", duration=2)
  send Short()
  match Never()
";
    check(flows, &[("Short", 2), ("Long", 3)]);
}

#[test]
fn a_timer_is_repeated() {
    let flows = "\
flow main
  while True
    await TimerBotAction(timer_name=\"tick\", duration=1)
    send Tick()
";
    check(flows, &[("Tick", 1), ("Tick", 1), ("Tick", 1)]);
}

#[test]
fn one_that_goes_off_at_once_does_not_hold_up_the_rest() {
    let flows = "\
flow main
  while True
    await TimerBotAction(timer_name=\"tick\", duration=0)
    send Tick()
";
    check(flows, &[("Tick", 0), ("Tick", 0)]);
}

#[test]
fn a_stopped_timer_tells_nothing() {
    let flows = "\
flow any
  match TimerBotAction.Finished()
  send Heard()

flow main
  start any
  start TimerBotAction(timer_name=\"tea\", duration=180) as $timer
  match Go()
  send $timer.Stop()
  match Never()
";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        assert_eq!(send(&mut session, &["Go"]).await, [""; 0]);
        assert_eq!(next(&mut session).await, (String::new(), 0));
    });
}

#[test]
fn a_timer_ends_with_its_flow() {
    let flows = "\
flow waits
  await TimerBotAction(timer_name=\"tea\", duration=180)

flow main
  start waits as $waits
  match Go()
  send StopFlow(flow_instance_uid=$waits.uid)
  send Out()
  match Never()
";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        assert_eq!(send(&mut session, &["Go"]).await, ["Out"]);
        assert_eq!(next(&mut session).await, (String::new(), 0));
    });
}

#[test]
fn other_events_go_on_beside_a_timer() {
    let flows = "\
flow echoes
  match Ask()
  send Answer()

flow main
  activate echoes
  await TimerBotAction(timer_name=\"tea\", duration=5)
  send Out()
";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        assert_eq!(send(&mut session, &["Ask"]).await, ["Answer"]);
        advance(Duration::from_secs(4)).await;
        assert_eq!(send(&mut session, &["Ask"]).await, ["Answer"]);
        assert_eq!(next(&mut session).await, ("Out".to_owned(), 1));
    });
}

#[test]
fn one_that_has_gone_off_comes_with_the_next_call() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=5)\n  send Out()\n";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        advance(Duration::from_secs(6)).await;
        assert_eq!(send(&mut session, &[]).await, ["Out"]);
    });
}

#[test]
fn a_call_that_waits_for_all_actions_does_not_wait_for_timers() {
    let flows = "flow main\n  start BackgroundAction(n=7) as $a\n  start TimerBotAction(timer_name=\"tea\", duration=180)\n  match $a.Finished()\n  send Out()\n  match Never()\n";
    block_on(async {
        let options = ProcessOptions {
            blocking: true,
            ..ProcessOptions::default()
        };
        let mut session = runtime(flows).session().with_options(options);
        let out = session.process_events(Vec::new()).await;
        assert_eq!(shorts(&out.expect("events")), ["Out"]);
    });
}

#[test]
fn a_timer_is_no_action_that_pollers_wait_for() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=180)\n";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        assert!(!session.has_running_actions());
        let out = send(&mut session, &["CheckLocalAsync"]).await;
        assert_eq!(out, ["LocalAsyncCounter counter=0"]);
    });
}

#[test]
fn flows_of_the_library_wait_by_it() {
    let flows = "import timing\n\nflow main\n  wait 2.5\n  wait 2.5\n  send Out()\n";
    check(flows, &[("Out", 5)]);
}

#[test]
fn flows_of_the_library_repeat_by_it() {
    let flows = "\
import timing

flow ticks
  match TimerBotAction.Finished(timer_name=\"tick\")
  send Tick()

flow main
  activate ticks
  repeating timer \"tick\" 10
";
    check(flows, &[("Tick", 10), ("Tick", 10)]);
}

#[test]
fn silence_is_counted_from_what_was_said_last() {
    let flows = "\
import timing

flow main
  user was silent 20.0
  send Silence()
  match Never()
";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        advance(Duration::from_secs(15)).await;
        let said = "UtteranceUserActionFinished final_transcript=\"hi\"";
        assert_eq!(send(&mut session, &[said]).await, [""; 0]);
        assert_eq!(next(&mut session).await, ("Silence".to_owned(), 20));
        assert_eq!(next(&mut session).await, (String::new(), 0));
    });
}

#[test]
fn cancelling_all_actions_leaves_timers_alone() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=5)\n  send Out()\n";
    block_on(async {
        let mut session = begun(&runtime(flows)).await;
        session.cancel_actions();
        assert_eq!(next(&mut session).await, ("Out".to_owned(), 5));
    });
}

#[track_caller]
fn check_bad(duration: &str, reason: &str) {
    let flows = format!(
        "flow main\n  start TimerBotAction({duration}) as $timer\n  match $timer.Finished() as $end\n  send Out(why=$end.failure_reason)\n  match Never()\n"
    );
    let reason = format!(
        "Out why=\"action `TimerBotAction`: argument `duration` must be a number of seconds, 0 or more, {reason}\""
    );
    let runtime = builder(&flows).perform_timers().build();
    check_with(&runtime.expect("a runtime"), &[], &[&reason]);
}

#[test]
fn a_timer_for_longer_than_can_be_counted_runs_for_ever() {
    let flows = "flow main\n  start TimerBotAction(timer_name=\"end\", duration=1e308)\n  await TimerBotAction(timer_name=\"year\", duration=31536000)\n  send Out()\n  match Never()\n";
    check(flows, &[("Out", 31_536_000)]);
}

#[test]
fn a_timer_without_a_duration_fails() {
    check_bad("timer_name=\"tea\"", "and it is missing");
}

#[test]
fn a_negative_duration_fails() {
    check_bad("timer_name=\"tea\", duration=-1", "not `-1`");
}

#[test]
fn a_text_is_no_duration() {
    check_bad(
        "timer_name=\"tea\", duration=\"soon\"",
        "not `\\\"soon\\\"`",
    );
}

#[test]
fn true_is_no_duration() {
    check_bad("timer_name=\"tea\", duration=True", "not `true`");
}

#[test]
fn without_performing_them_timers_go_out() {
    let flows = "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=5)\n  send Out()\n";
    let out = "StartTimerBotAction timer_name=\"tea\" duration=5";
    check_with(&builder(flows).build().expect("a runtime"), &[], &[out]);
}

#[test]
fn without_a_tokio_timer_it_fails() {
    let flows = "flow main\n  start TimerBotAction(timer_name=\"tea\", duration=5) as $timer\n  match $timer.Finished() as $end\n  send Out(why=$end.failure_reason)\n";
    let runtime = builder(flows).perform_timers().build().expect("a runtime");
    let tokio = tokio::runtime::Builder::new_current_thread().build();
    let out = tokio
        .expect("a tokio runtime")
        .block_on(async { send(&mut runtime.session(), &[]).await });
    let why = "action `TimerBotAction`: a timer needs a tokio runtime with its timer enabled, and there is none here";
    assert_eq!(out, [format!("Out why=\"{why}\"")]);
}

const TEA: &str =
    "flow main\n  await TimerBotAction(timer_name=\"tea\", duration=180)\n  send Out()\n";

/// Saves a conversation 30 seconds after the start of its timer of 180 seconds, resumes it this many seconds after
/// its start, and checks for how long the timer then runs.
#[track_caller]
fn check_resumed(at: i64, expected: u64) {
    let saved = block_on(async {
        let mut session = begun(&runtime(TEA)).await;
        advance(Duration::from_secs(30)).await;
        session.snapshot().expect("it is saved")
    });
    let found = block_on(async {
        let session = runtime_after(TEA, at).resume(saved);
        next(&mut session.expect("it is resumed")).await
    });
    assert_eq!(found, ("Out".to_owned(), expected));
}

#[test]
fn a_saved_timer_runs_for_what_is_left() {
    check_resumed(30, 150);
    check_resumed(100, 80);
}

#[test]
fn one_whose_time_has_passed_is_over_when_it_is_resumed() {
    check_resumed(1000, 0);
}

#[test]
fn a_clock_that_was_set_back_does_not_prolong_it() {
    check_resumed(-1000, 180);
}

#[test]
fn a_timer_can_be_taken_up_outside_of_tokio() {
    let saved = block_on(async {
        let mut session = begun(&runtime(TEA)).await;
        session.snapshot().expect("it is saved")
    });
    let runtime = builder(TEA).perform_timers().build().expect("a runtime");
    let mut session = runtime.resume(saved).expect("it is resumed");
    let saved = session.snapshot().expect("it is saved again");
    let mut session = runtime.resume(saved).expect("it is resumed again");
    let found = block_on(async { next(&mut session).await });
    assert_eq!(found, ("Out".to_owned(), 180));
}
