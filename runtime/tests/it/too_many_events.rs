//! A call that reaches `max_events` reports it, and nothing is lost.

use std::time::Duration;

use action_sdk_runtime::testing::TestChat;
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeErrorKind, Session};

use crate::support::{block_on, builder, event, send, short, shorts};

/// Runs through many steps before it answers, with an action and an instant action on the way.
const COUNTS: &str = "\
flow main
  while True
    match Go() as $go
    start UtteranceBotAction(script=\"Wait\") as $said
    $n = 0
    while $n < $go.n
      send Step(n=$n)
      $n = $n + 1
    $sum = await AddAction(a=1, b=2)
    await UtteranceBotAction(script=\"{$sum}\")
    send Done(n=$n)
";

/// Sends itself the event it waits for.
const BOUNCES: &str = "\
flow main
  activate bouncing
  activate answering
  match Never()

@loop(\"bouncing\")
flow bouncing
  match Ball()
  send Ball()

@loop(\"answering\")
flow answering
  match Ping()
  $sum = await AddAction(a=1, b=2)
  send Pong(sum=$sum)
";

fn limited(flows: &str, max_events: usize) -> Runtime {
    let runtime = builder(flows).options(ProcessOptions::chat());
    let runtime = runtime.max_events(max_events).build();
    runtime.expect("a runtime")
}

/// What is sent, and how many calls it took.
async fn all_of(session: &mut Session, events: &[&str]) -> (Vec<String>, usize) {
    let (mut out, mut calls) = (Vec::new(), 1);
    let mut events: Vec<_> = events.iter().map(|text| event(text)).collect();
    loop {
        let result = session.process_events(std::mem::take(&mut events)).await;
        match result {
            Ok(last) => {
                out.extend(last.iter().map(ToString::to_string));
                return (out, calls);
            }
            Err(error) => assert_eq!(error.kind(), RuntimeErrorKind::TooManyEvents),
        }
        let so_far = session.take_outputs();
        out.extend(so_far.iter().map(ToString::to_string));
        calls += 1;
    }
}

async fn counted(runtime: &Runtime, steps: usize) -> (Vec<String>, usize) {
    let mut session = runtime.session();
    all_of(&mut session, &[]).await;
    all_of(&mut session, &[&format!("Go n={steps}")]).await
}

#[test]
fn what_comes_out_is_what_would_come_out_without_a_limit() {
    block_on(async {
        let (whole, once) = counted(&limited(COUNTS, 10_000), 100).await;
        assert_eq!((whole.len(), once), (103, 1));
        for max_events in [1, 2, 3, 7, 50, 103] {
            let (found, calls) = counted(&limited(COUNTS, max_events), 100).await;
            assert_eq!(found, whole, "with {max_events}");
            assert!(calls > 1, "with {max_events}");
        }
    });
}

#[test]
fn a_message_with_497_events_before_its_answer_is_answered() {
    block_on(async {
        let runtime = builder(COUNTS).options(ProcessOptions::chat());
        let runtime = runtime.build().expect("a runtime");
        for steps in 490..505 {
            let (found, _) = counted(&runtime, steps).await;
            assert_eq!(found.len(), steps + 3);
        }
    });
}

#[test]
fn the_error_says_what_to_do() {
    block_on(async {
        let mut session = limited(BOUNCES, 20).session();
        send(&mut session, &[]).await;
        let error = session.process_events(vec![event("Ball")]).await;
        let error = error.expect_err("there are more").to_string();
        assert!(
            error.starts_with("one call may process 20 events"),
            "{error}"
        );
        assert!(error.contains("the next call goes on"), "{error}");
    });
}

#[test]
fn outputs_come_with_the_next_call_that_succeeds() {
    block_on(async {
        let mut session = limited(COUNTS, 20).session();
        send(&mut session, &[]).await;
        let call = session.process_events(vec![event("Go n=20")]);
        assert!(call.await.is_err());
        assert!(session.has_queued_events());
        let rest = session.process_events(Vec::new()).await;
        assert_eq!(rest.expect("it goes on").len(), 23);
        assert!(!session.has_queued_events());
    });
}

#[test]
fn what_is_said_meanwhile_is_heard_though_others_never_rest() {
    block_on(async {
        let mut session = limited(BOUNCES, 20).session();
        send(&mut session, &[]).await;
        assert!(session.process_events(vec![event("Ball")]).await.is_err());
        session.take_outputs();
        assert!(session.process_events(vec![event("Ping")]).await.is_err());
        assert!(session.process_events(vec![event("Ping")]).await.is_err());
        let out = shorts(&session.take_outputs());
        assert!(out.contains(&"Pong sum=3".to_owned()), "{out:?}");
    });
}

#[test]
fn a_host_can_drop_what_is_queued() {
    block_on(async {
        let mut session = limited(BOUNCES, 20).session();
        send(&mut session, &[]).await;
        assert!(session.process_events(vec![event("Ball")]).await.is_err());
        assert_eq!(shorts(&session.drop_queued_events()), ["Ball"]);
        session.take_outputs();
        assert_eq!(send(&mut session, &["Ping"]).await, ["Pong sum=3"]);
    });
}

#[test]
fn what_is_queued_is_saved() {
    block_on(async {
        let (whole, _) = counted(&limited(COUNTS, 10_000), 100).await;
        let runtime = limited(COUNTS, 7);
        let mut session = runtime.session();
        send(&mut session, &[]).await;
        let mut call = session.process_events(vec![event("Go n=100")]).await;
        while call.is_err() {
            let saved = session.snapshot().expect("it is saved");
            session = runtime.resume(saved).expect("it is resumed");
            call = session.process_events(Vec::new()).await;
        }
        let found = call.expect("it came to rest");
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, whole);
    });
}

#[test]
fn the_start_of_main_is_queued_too() {
    let flows = "@active\nflow one\n  match Never()\n\n@active\nflow two\n  match Never()\n\nflow main\n  send Hello()\n  match Never()\n";
    block_on(async {
        let runtime = limited(flows, 1);
        let mut session = runtime.session();
        assert!(session.process_events(Vec::new()).await.is_err());
        let mut session = runtime
            .resume(session.snapshot().expect("saved"))
            .expect("resumed");
        let (out, _) = all_of(&mut session, &[]).await;
        assert_eq!(out.len(), 1, "{out:?}");
    });
}

#[test]
fn next_event_goes_on_with_what_is_queued() {
    block_on(async {
        let mut session = limited(COUNTS, 10).session();
        send(&mut session, &[]).await;
        let call = session.process_events(vec![event("Go n=100")]);
        assert!(call.await.is_err());
        let mut out = Vec::new();
        loop {
            match session.next_event().await {
                Ok(Some(event)) => out.push(short(&event)),
                Ok(None) => break,
                Err(error) => assert_eq!(error.kind(), RuntimeErrorKind::TooManyEvents),
            }
        }
        assert_eq!(out.len(), 103);
    });
}

#[test]
fn next_event_says_so_too() {
    let flows = "flow main\n  activate ticking\n  match Never()\n\nflow ticking\n  await TimerBotAction(timer_name=\"tick\", duration=1)\n";
    block_on(async {
        let runtime = builder(flows).perform_timers().max_events(100).build();
        let mut session = runtime.expect("a runtime").session();
        send(&mut session, &[]).await;
        for _ in 0..3 {
            let error = session.next_event().await.expect_err("it never rests");
            assert_eq!(error.kind(), RuntimeErrorKind::TooManyEvents);
        }
    });
}

#[tokio::test(start_paused = true)]
async fn a_test_chat_waits_beside_a_timer_that_never_rests() {
    let flows = "import core\n\nflow main\n  activate ticking\n  await TimerBotAction(timer_name=\"end\", duration=1000)\n  bot say \"Bye\"\n  match Never()\n\nflow ticking\n  await TimerBotAction(timer_name=\"tick\", duration=1)\n";
    let runtime = builder(flows).perform_timers().max_events(100).build();
    let mut chat = TestChat::new(&runtime.expect("a runtime")).await;
    chat.wait(Duration::from_secs(1001)).await;
    chat.bot("Bye");
}

/// What it says is checked by the output rails first.
const CHECKED: &str = "\
import core
import guardrails

flow output rails $output_text
  $sum = await AddAction(a=1, b=1)

flow main
  while True
    match Go()
    await UtteranceBotAction(script=\"Hi\")
    bot say \"Bye\"
";

#[test]
fn what_waits_for_its_check_is_still_checked() {
    block_on(async {
        let mut found = Vec::new();
        for max_events in [10_000, 1, 2, 5, 11] {
            let mut session = limited(CHECKED, max_events).session();
            all_of(&mut session, &[]).await;
            let (out, _) = all_of(&mut session, &["Go"]).await;
            assert_eq!(out.len(), 2, "with {max_events}: {out:#?}");
            found.push(out);
        }
        assert!(found.iter().all(|out| *out == found[0]));
    });
}

#[test]
fn a_flood_ends_the_call_before_it_fills_the_memory() {
    let flows = "
@loop(\"NEW\")
flow flood
  match Step()
  start_new_flow_instance:
  $n = 0
  while $n < 100
    send Step()
    $n = $n + 1

flow main
  activate flood
  match Never()
";
    block_on(async {
        let mut session = builder(flows)
            .max_events(500)
            .build()
            .expect("a runtime")
            .session();
        let error = session
            .process_events(vec![event("Step")])
            .await
            .expect_err("a flood");
        assert_eq!(error.kind(), RuntimeErrorKind::TooManyEvents);
        let queued = session.drop_queued_events().len();
        assert!((10_000..20_000).contains(&queued), "{queued}");
    });
}
