//! `TestChat` works as documented, and notices every unexpected output of a bot.

use std::time::Duration;

use action_sdk_runtime::Runtime;
use action_sdk_runtime::testing::TestChat;

use crate::support;

const FLOWS: &str = "\
import core
import timing

flow main
  activate asking
  bot say \"Welcome\"
  while True
    user said something as $heard
    bot say \"You said {$heard.transcript}\"
    send Repeated()

@loop(\"asking\")
flow asking
  user was silent 20
  bot say \"Are you there?\"
  match Never()
";

async fn chat() -> TestChat {
    let runtime: Runtime = support::builder(FLOWS)
        .perform_timers()
        .build()
        .expect("a runtime");
    let mut chat = TestChat::new(&runtime).await;
    chat.bot("Welcome");
    chat
}

#[tokio::test(start_paused = true)]
async fn the_bot_answers_and_falls_silent() {
    let mut chat = chat().await;
    chat.user("hi").await;
    chat.bot("You said hi");
    chat.silence();
    let names: Vec<_> = chat
        .take_events()
        .iter()
        .map(|event| event.name().to_owned())
        .collect();
    assert_eq!(names, ["Repeated"]);
}

#[tokio::test(start_paused = true)]
async fn timers_go_off_while_it_waits() {
    let mut chat = chat().await;
    chat.wait(Duration::from_secs(19)).await;
    chat.silence();
    chat.wait(Duration::from_secs(2)).await;
    chat.bot("Are you there?");
}

#[tokio::test(start_paused = true)]
async fn an_event_may_come_from_elsewhere() {
    let mut chat = chat().await;
    chat.event(support::event(
        "UtteranceUserActionFinished final_transcript=\"hm\"",
    ))
    .await;
    chat.bot("You said hm");
    assert!(chat.session().state().global("last_bot_message").is_some());
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "what the bot said")]
async fn another_answer_is_a_failure() {
    let mut chat = chat().await;
    chat.user("hi").await;
    chat.bot("Good morning");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "was to say \"Bye\", and said nothing more")]
async fn no_answer_is_a_failure() {
    chat().await.bot("Bye");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "was to say nothing more, and said \"You said hi\"")]
async fn an_answer_too_many_is_a_failure() {
    let mut chat = chat().await;
    chat.user("hi").await;
    chat.silence();
}

#[test]
#[should_panic(
    expected = "said nothing more\nmain.co:5: flow `main` failed: None has no attribute `name`"
)]
fn what_went_wrong_is_told_where_the_bot_is_silent() {
    let flows =
        "import core\n\nflow main\n  user said \"hi\"\n  bot say \"Hello {$nobody.name}\"\n";
    let runtime = support::runtime(flows);
    support::block_on(async {
        let mut chat = TestChat::new(&runtime).await;
        chat.user("hi").await;
        chat.bot("Hello Ada");
    });
}
