//! What is too large is refused with a message, and the existing state is kept.

use action_sdk::prelude::*;
use action_sdk_runtime::{RuntimeBuilder, RuntimeErrorKind, Session};

use crate::support::{block_on, builder, send};

/// Returns this many letters.
#[action]
async fn spell(n: usize) -> String {
    "x".repeat(n)
}

const KEEPS: &str = "\
flow main
  $all = []
  while True
    match Keep() as $keep
    $all = $all + [$keep.text]
    send Kept(n=len($all))
";

const SPELLS: &str = "flow main\n  while True\n    match Go() as $go\n    start SpellAction(n=$go.n) as $a\n    match $a.Finished() as $end\n    send Out(ok=$end.is_success)\n";

fn keep(bytes: usize) -> Event {
    Event::new("Keep").with("text", "x".repeat(bytes))
}

async fn begun(builder: RuntimeBuilder) -> Session {
    let mut session = builder.build().expect("a runtime").session();
    send(&mut session, &[]).await;
    session
}

#[track_caller]
fn check_refused(result: Result<Vec<Event>, action_sdk_runtime::RuntimeError>, text: &str) {
    let error = result.expect_err("it is too large");
    assert!(error.to_string().contains(text), "{error}");
}

#[test]
fn an_event_that_is_too_large_is_refused_with_all_of_its_call() {
    block_on(async {
        let mut session = begun(builder(KEEPS).max_event_bytes(1_000)).await;
        let call = session.process_events(vec![keep(1), keep(1_001)]).await;
        check_refused(
            call,
            "the event `Keep` has about 1029 bytes, and 1000 are allowed",
        );
        assert_eq!(send(&mut session, &["Keep text=\"a\""]).await, ["Kept n=1"]);
    });
}

#[test]
fn a_hundred_megabytes_are_too_large_unless_the_host_says_otherwise() {
    block_on(async {
        let mut session = begun(builder(KEEPS)).await;
        let error = session.process_events(vec![keep(100_000_000)]).await;
        let error = error.expect_err("it is too large");
        assert_eq!(error.kind(), RuntimeErrorKind::EventTooLarge);
        let mut session = begun(builder(KEEPS).max_event_bytes(200_000_000)).await;
        let error = session.process_events(vec![keep(100_000_000)]).await;
        let error = error.expect_err("the conversation is too large");
        assert_eq!(error.kind(), RuntimeErrorKind::ConversationTooLarge);
    });
}

#[test]
fn so_is_json_that_is_nested_too_deeply_to_be_walked() {
    block_on(async {
        let mut session = begun(builder(KEEPS)).await;
        let deep = (0..1_000).fold(serde_json::Value::Null, |inner, _| vec![inner].into());
        let call = session.process_events(vec![Event::new("Keep").with("text", deep)]);
        check_refused(call.await, "the event `Keep` cannot be taken");
    });
}

#[test]
fn the_history_keeps_so_many_bytes() {
    block_on(async {
        let mut session = begun(builder(KEEPS).max_history_bytes(10_000)).await;
        for _ in 0..100 {
            session
                .process_events(vec![keep(1_000)])
                .await
                .expect("it is taken");
        }
        let bytes: usize = session
            .history()
            .iter()
            .map(|event| event.to_string().len())
            .sum();
        assert!((5_000..12_000).contains(&bytes), "{bytes}");
    });
}

#[test]
fn a_conversation_holds_so_many_bytes() {
    block_on(async {
        let mut session = begun(builder(KEEPS).max_conversation_bytes(100_000)).await;
        let mut taken = 0;
        let error = loop {
            match session.process_events(vec![keep(1_000)]).await {
                Ok(_) => taken += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), RuntimeErrorKind::ConversationTooLarge);
        assert!((40..100).contains(&taken), "{taken}");
        assert!(session.next_event().await.expect("nothing runs").is_none());
        assert!(session.snapshot().is_ok());
    });
}

#[test]
fn one_that_is_too_large_goes_on_in_a_runtime_with_more_room() {
    block_on(async {
        let mut session = begun(builder(KEEPS).max_conversation_bytes(20_000)).await;
        while session.process_events(vec![keep(1_000)]).await.is_ok() {}
        let saved = session.snapshot().expect("it is saved");
        let larger = builder(KEEPS).build().expect("a runtime");
        let mut session = larger.resume(saved).expect("it is resumed");
        assert_eq!(send(&mut session, &["Keep text=\"a\""]).await.len(), 1);
    });
}

#[test]
fn what_lies_in_the_queue_counts() {
    let flows = "flow main\n  activate growing\n  match Never()\n\nflow growing\n  match Grow() as $grow\n  send Grow(text=$grow.text)\n  send Grow(text=$grow.text)\n";
    block_on(async {
        let mut session = begun(builder(flows).max_conversation_bytes(1_000_000)).await;
        let mut events = vec![Event::new("Grow").with("text", "x".repeat(1_000))];
        let error = loop {
            let call = session.process_events(std::mem::take(&mut events)).await;
            let error = call.expect_err("it never rests");
            session.take_outputs();
            if error.kind() != RuntimeErrorKind::TooManyEvents {
                break error;
            }
        };
        assert_eq!(error.kind(), RuntimeErrorKind::ConversationTooLarge);
        session.drop_queued_events();
        assert!(session.process_events(Vec::new()).await.is_ok());
    });
}

#[test]
fn an_action_whose_result_is_too_large_has_failed() {
    block_on(async {
        let mut session = begun(builder(SPELLS).max_event_bytes(1_000)).await;
        let small = send(&mut session, &["Go n=100"]).await;
        assert_eq!(small, ["Out ok=true"]);
        assert_eq!(send(&mut session, &["Go n=1000"]).await, ["Out ok=false"]);
        let history = session.history();
        let ends = history
            .iter()
            .rev()
            .filter_map(|event| event.value("failure_reason"));
        let why = ends
            .filter_map(|why| why.as_str())
            .next()
            .unwrap_or_default();
        assert!(
            why.starts_with("action `SpellAction`: its result has about "),
            "{why}"
        );
    });
}

#[test]
fn an_event_of_many_fields_is_matched() {
    let flows = "flow main\n  match Wide(field_7=7)\n  send Seen()\n  match Never()\n";
    block_on(async {
        for count in [7_000, 8_000, 20_000] {
            let mut session = begun(builder(flows)).await;
            let wide = (0..count).fold(Event::new("Wide"), |event, n| {
                event.with(format!("field_{n}"), n)
            });
            let out = session
                .process_events(vec![wide])
                .await
                .expect("it is taken");
            assert_eq!(out.len(), 1, "with {count}");
        }
    });
}
