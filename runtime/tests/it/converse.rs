//! Conversations driven by the session itself: `say` for hosts that show text, `converse` for events as they arrive.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use action_sdk::Event;
use action_sdk_runtime::{Conversation, ProcessOptions, Runtime, RuntimeErrorKind};
use futures_core::Stream;
use serde_json::json;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;

use crate::support::{SORRY, block_on, builder, event, shorts};

const ECHO: &str = r#"
import core

flow main
  bot say "Welcome"
  while True
    user said something as $user
    bot say "You said: {$user.transcript}"
"#;

/// Looks something up in the background, for ten seconds.
const SLOW: &str = r#"
import core

flow main
  user said something
  $n = await BackgroundAction(n=7)
  bot say "It is {$n}"
  match Never()
"#;

const LATE: &str = r#"
import core

flow main
  start TimerBotAction(timer_name="tea", duration=180) as $timer
  match $timer.Finished()
  bot say "The tea is ready"
  match Never()
"#;

fn runtime(flows: &str) -> Runtime {
    let builder = builder(flows).options(ProcessOptions::chat());
    builder.perform_timers().build().expect("a runtime")
}

fn said(text: &str) -> Event {
    Event::new("UtteranceUserActionFinished").with("final_transcript", text)
}

/// The utterances of the bot, and the names of other events.
fn short(event: &Event) -> String {
    let script = event.value("final_script").and_then(|text| text.as_str());
    script.unwrap_or(event.name()).to_owned()
}

async fn next(conversation: &mut Conversation<'_>) -> Option<String> {
    let next = conversation.next().await.expect("no error");
    next.as_ref().map(short)
}

/// All events to send until the conversation ends.
async fn rest(mut conversation: Conversation<'_>) -> Vec<String> {
    let mut heard = Vec::new();
    while let Some(text) = next(&mut conversation).await {
        heard.push(text);
    }
    heard
}

async fn send(input: &Sender<Event>, text: &str) {
    input.send(said(text)).await.expect("it is received");
}

#[test]
fn what_is_said_is_answered_in_strings() {
    block_on(async {
        let mut session = builder(ECHO).build().expect("a runtime").session();
        let reply = session.say("Hello").await.expect("an answer");
        assert_eq!(reply.said, ["Welcome", "You said: Hello"]);
        let reply = session.say("Bye").await.expect("an answer");
        assert_eq!(reply.to_string(), "You said: Bye");
    });
}

#[test]
fn an_answer_waits_for_actions_in_the_background() {
    block_on(async {
        let mut session = runtime(SLOW).session();
        let reply = session.say("How many?").await.expect("an answer");
        assert_eq!(reply.said, ["It is 7"]);
    });
}

#[test]
fn an_answer_that_nobody_waits_for_any_more_comes_with_the_next() {
    block_on(async {
        let mut session = runtime(SLOW).session();
        let second = Duration::from_secs(1);
        assert!(timeout(second, session.say("How many?")).await.is_err());
        let reply = session.say("Hello?").await.expect("an answer");
        assert_eq!(reply.said, ["It is 7"]);
    });
}

#[test]
fn an_answer_has_the_other_events_too() {
    let flows = "import core\n\nflow main\n  user said something\n  send Bell(times=2)\n  bot say \"There\"\n  await FailAction()\n";
    block_on(async {
        let mut session = runtime(flows).session();
        let reply = session.say("Ring").await.expect("an answer");
        assert_eq!(reply.said, ["There", SORRY]);
        let names: Vec<_> = reply.events.iter().map(Event::name).collect();
        assert_eq!(names, ["Bell", "ActionFailed"]);
    });
}

#[test]
fn saying_something_leaves_the_options_as_they_are() {
    block_on(async {
        let mut session = builder(ECHO).build().expect("a runtime").session();
        session.say("Hello").await.expect("an answer");
        let out = session.process_events(vec![said("Bye")]).await;
        let out = shorts(&out.expect("events"));
        assert!(out[0].starts_with("StartUtteranceBotAction"), "{out:?}");
    });
}

#[test]
fn a_conversation_starts_by_itself_and_ends_with_its_input() {
    block_on(async {
        let (input, events) = channel(4);
        send(&input, "Hello").await;
        send(&input, "Bye").await;
        drop(input);
        let mut session = runtime(ECHO).session();
        let heard = rest(session.converse(events)).await;
        assert_eq!(heard, ["Welcome", "You said: Hello", "You said: Bye"]);
    });
}

#[test]
fn what_a_timer_leads_to_is_heard_without_any_input() {
    block_on(async {
        let (_input, events) = channel(1);
        let mut session = runtime(LATE).session();
        let mut conversation = session.converse(events);
        let heard = next(&mut conversation).await;
        assert_eq!(heard.as_deref(), Some("The tea is ready"));
    });
}

#[test]
fn a_timer_does_not_keep_it_from_ending() {
    block_on(async {
        let (_, events) = channel(1);
        let mut session = runtime(LATE).session();
        assert_eq!(rest(session.converse(events)).await, [""; 0]);
    });
}

#[test]
fn an_action_that_still_runs_is_awaited_at_the_end() {
    block_on(async {
        let (input, events) = channel(1);
        send(&input, "How many?").await;
        drop(input);
        let mut session = runtime(SLOW).session();
        assert_eq!(rest(session.converse(events)).await, ["It is 7"]);
    });
}

#[test]
fn waiting_for_the_next_event_can_be_given_up() {
    block_on(async {
        let (input, events) = channel(1);
        let mut session = runtime(SLOW).session();
        let mut conversation = session.converse(events);
        let second = Duration::from_secs(1);
        assert!(timeout(second, conversation.next()).await.is_err());
        send(&input, "How many?").await;
        for _ in 0..3 {
            assert!(timeout(second, conversation.next()).await.is_err());
        }
        assert_eq!(next(&mut conversation).await.as_deref(), Some("It is 7"));
    });
}

#[test]
fn an_event_that_is_refused_does_not_end_it() {
    block_on(async {
        let (input, events) = channel(4);
        let refused = Event::new("UtteranceUserActionFinished").with("final_transcript", json!(7));
        input.send(refused).await.expect("it is received");
        send(&input, "Hello").await;
        drop(input);
        let mut session = runtime(ECHO).session();
        let mut conversation = session.converse(events);
        assert_eq!(next(&mut conversation).await.as_deref(), Some("Welcome"));
        let error = conversation.next().await.expect_err("it is no string");
        assert_eq!(error.kind(), RuntimeErrorKind::Refused);
        assert_eq!(rest(conversation).await, ["You said: Hello"]);
    });
}

#[test]
fn too_many_events_are_told_and_the_rest_follows() {
    let flows = "flow main\n  match Go()\n  $n = 0\n  while $n < 30\n    send Step()\n    $n = $n + 1\n  match Never()\n";
    block_on(async {
        let (input, events) = channel(1);
        input.send(event("Go")).await.expect("it is received");
        drop(input);
        let runtime = builder(flows).max_events(10).build().expect("a runtime");
        let mut session = runtime.session();
        let mut conversation = session.converse(events);
        let (mut heard, mut errors) = (0, 0);
        loop {
            match conversation.next().await {
                Ok(Some(_)) => heard += 1,
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(error.kind(), RuntimeErrorKind::TooManyEvents);
                    errors += 1;
                }
            }
        }
        assert_eq!(heard, 30);
        assert!(errors > 1, "{errors}");
    });
}

#[test]
fn a_flood_of_input_waits_in_the_channel() {
    block_on(async {
        let (input, events) = channel(1);
        let mut session = runtime(ECHO).session();
        let mut conversation = session.converse(events);
        send(&input, "one").await;
        assert!(input.try_send(said("two")).is_err());
        assert_eq!(next(&mut conversation).await.as_deref(), Some("Welcome"));
        let heard = next(&mut conversation).await;
        assert_eq!(heard.as_deref(), Some("You said: one"));
        assert!(input.try_send(said("two")).is_ok());
    });
}

#[test]
fn a_conversation_can_be_saved_between_two_events() {
    block_on(async {
        let (input, events) = channel(1);
        send(&input, "Hello").await;
        drop(input);
        let runtime = runtime(ECHO);
        let mut session = runtime.session();
        let mut conversation = session.converse(events);
        assert_eq!(next(&mut conversation).await.as_deref(), Some("Welcome"));
        let saved = conversation.session().snapshot().expect("it is saved");
        let mut again = runtime.resume(saved).expect("it is resumed");
        let reply = again.say("Again").await.expect("an answer");
        assert_eq!(reply.said, ["You said: Again"]);
    });
}

/// A string is wanted for `final_transcript`, so the second event is refused.
#[test]
fn a_stream_has_the_same_events_and_goes_on_after_an_error() {
    block_on(async {
        let mut session = runtime(ECHO).session();
        let (input, events) = channel(4);
        let number = Event::new("UtteranceUserActionFinished").with("final_transcript", 7);
        for event in [said("One"), number, said("Two")] {
            input.send(event).await.expect("it is received");
        }
        drop(input);
        let mut stream = session.converse(events).into_stream();
        let mut heard = Vec::new();
        while let Some(event) = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
            heard.push(event.map_or_else(|_| "refused".to_owned(), |event| short(&event)));
        }
        let expected = ["Welcome", "You said: One", "refused", "You said: Two"];
        let is_expected = |text: &&String| expected.contains(&text.as_str());
        assert!(heard.iter().filter(is_expected).eq(expected), "{heard:?}");
    });
}
