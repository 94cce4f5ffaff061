//! All text that reaches the user is checked by the output rails, whatever its source, and a chat shows it.

use action_sdk::prelude::*;
use action_sdk_runtime::testing::TestChat;

use crate::support::{block_on, builder, event, send};

/// Says something in the background, like Rasa's actions.
#[action]
async fn tell(text: &str, dispatcher: &CollectingDispatcher) -> i64 {
    dispatcher.utter_message(text);
    1
}

/// Says something with its own event.
#[action]
async fn tell_by_event(name: &str, text: serde_json::Value) -> ActionResult {
    ActionResult::value(1).with_event(Event::new(name).with("script", text))
}

const RAIL: &str = "import guardrails

flow output rails $text
  global $bot_message
  if \"secret\" in $text
    await TellAction(text=\"I keep that to myself.\")
    abort
  if \"loud\" in $text
    $bot_message = \"quiet\"
";

/// Checks what is sent after `Go`, with a rail that only lets harmless texts pass.
#[track_caller]
fn check(statements: &str, expected: &[&str]) {
    assert_eq!(out(RAIL, statements), expected, "for {statements}");
}

fn out(rail: &str, statements: &str) -> Vec<String> {
    let statements: Vec<_> = statements
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect();
    let flows = format!(
        "{rail}\nflow main\n  match Go()\n{}  match Never()\n",
        statements.concat()
    );
    let runtime = builder(&flows)
        .caller_performs_any()
        .build()
        .expect("a runtime");
    block_on(async {
        let mut session = runtime.session();
        send(&mut session, &[]).await;
        let out = send(&mut session, &["Go"]).await;
        let saved = session.snapshot().expect("it can be saved");
        runtime.resume(saved).expect("it can be resumed");
        out
    })
}

const KEPT: &str = "StartUtteranceBotAction script=\"I keep that to myself.\"";
const HELLO: &str = "StartUtteranceBotAction script=\"hello\"";

#[test]
fn what_an_action_gives_to_its_dispatcher_is_checked() {
    check(
        "await TellAction(text=\"hello\")\nsend Done()",
        &["Done", HELLO],
    );
    check(
        "await TellAction(text=\"a secret\")\nsend Done()",
        &["Done", KEPT],
    );
}

#[test]
fn what_an_action_says_by_its_events_is_checked() {
    for name in [
        "StartUtteranceBotAction",
        "ChangeUtteranceBotAction",
        "UtteranceBotActionScriptUpdated",
    ] {
        let tell =
            |text: &str| format!("await TellByEventAction(name=\"{name}\", text=\"{text}\")");
        check(&tell("hello"), &[HELLO]);
        check(&tell("a secret"), &[KEPT]);
    }
}

#[test]
fn a_rail_changes_what_an_action_says() {
    check(
        "await TellAction(text=\"loud\")",
        &["StartUtteranceBotAction script=\"quiet\""],
    );
}

#[test]
fn what_a_flow_shows_by_an_action_of_the_front_end_is_checked() {
    check("start UtteranceBotAction(script=\"hello\")", &[HELLO]);
    for bare in [
        "start UtteranceBotAction(script=\"a secret\")",
        "send StartUtteranceBotAction(script=\"a secret\", action_uid=\"x\")",
        "send ChangeUtteranceBotAction(script=\"a secret\", action_uid=\"x\")",
        "send ChangeUtteranceBotAction(arguments={\"script\": [\"a secret\"]}, action_uid=\"x\")",
        "send UtteranceBotActionStarted(script=\"a secret\", action_uid=\"x\")",
        "send UtteranceBotActionScriptUpdated(interim_script=\"a secret\", action_uid=\"x\")",
        "send UtteranceBotActionFinished(final_script=\"a secret\", is_success=True, action_uid=\"x\")",
        "start bot say [\"a secret\"]",
        "start bot say {\"a secret\": 1}",
        "start VisualInformationSceneAction(title=\"x\", content=[{\"text\": \"a secret\"}])",
        "start VisualChoiceSceneAction(prompt=\"x\", options=[{\"text\": \"a secret\"}])",
        "start VisualFormSceneAction(prompt=\"a secret\")",
    ] {
        check(bare, &[KEPT]);
    }
}

#[test]
fn what_is_no_text_is_not_shown_unchecked() {
    for bare in [
        "start UtteranceBotAction(script=[\"a secret\"])",
        "start UtteranceBotAction(script=regex(\"a secret\"))",
        "bot say regex(\"a secret\")",
        "await TellByEventAction(name=\"StartUtteranceBotAction\", text=[\"a secret\"])",
    ] {
        let said = out(RAIL, bare);
        assert!(
            said.iter().all(|event| !event.contains("secret")),
            "{said:?}"
        );
    }
}

#[test]
fn an_utterance_cannot_be_changed_past_the_rails() {
    let flows = "start bot say \"hello\" as $said\nmatch FlowStarted(flow_id=\"_bot_say\") as $s\nsend $s.flow.action.Change(script=\"a secret\")";
    let said = out(RAIL, flows);
    assert!(
        said.iter().all(|event| !event.contains("secret")),
        "{said:?}"
    );
}

#[test]
fn who_waits_for_what_was_blocked_goes_on() {
    check(
        "await UtteranceBotAction(script=\"a secret\") as $said\nsend Done(ok=$said.is_success)",
        &["Done ok=false", KEPT],
    );
}

#[test]
fn what_shows_several_texts_is_not_shown_if_a_rail_changes_them() {
    check(
        "start VisualInformationSceneAction(title=\"loud\", content=[{\"text\": \"x\"}])",
        &[],
    );
}

#[test]
fn nobody_else_says_that_the_rails_have_let_it_pass() {
    let flows = "send StartUtteranceBotAction(script=\"hello\", action_uid=\"x\") as $e\nsend PassedOutputRails(event=$e, text=\"a secret\")";
    let said = out(RAIL, flows);
    assert!(
        said.iter()
            .all(|event| !event.starts_with("StartUtterance") || event == HELLO),
        "{said:?}"
    );
}

#[test]
fn what_is_stopped_while_it_is_checked_is_not_shown() {
    let rail = "import guardrails\n\nflow output rails $text\n  match Checked()\n";
    let flows = format!(
        "{rail}\nflow main\n  match Go()\n  start UtteranceBotAction(script=\"hello\") as $said\n  match Stop()\n  send $said.Stop()\n  match Never()\n"
    );
    let runtime = builder(&flows).build().expect("a runtime");
    let out = block_on(async {
        let mut session = runtime.session();
        let mut out = Vec::new();
        for event in [&[][..], &["Go"], &["Stop"], &["Checked"]] {
            out.extend(send(&mut session, event).await);
        }
        out
    });
    assert_eq!(out, ["StopUtteranceBotAction"]);
}

#[test]
fn a_chat_shows_what_actions_say() {
    for rail in [RAIL, "import core\n"] {
        let flows = format!(
            "{rail}\nflow main\n  match Go()\n  await TellAction(text=\"hello\")\n  await TellByEventAction(name=\"StartUtteranceBotAction\", text=\"again\")\n  bot say \"Bye\"\n  match Never()\n"
        );
        let runtime = builder(&flows).build().expect("a runtime");
        block_on(async {
            let mut chat = TestChat::new(&runtime).await;
            chat.event(event("Go")).await;
            chat.bot("hello");
            chat.bot("again");
            chat.bot("Bye");
            chat.silence();
        });
    }
}

#[test]
fn nobody_outside_asks_for_actions() {
    block_on(async {
        let mut session = builder("flow main\n  match Never()\n")
            .build()
            .expect("a runtime")
            .session();
        for name in ["Start", "Change", "Stop"] {
            let event = Event::new(format!("{name}UtteranceBotAction"));
            let event = event
                .with("action_uid", "a")
                .with("script", "words for a prompt");
            let refused = session.process_events(vec![event]).await;
            let refused = refused.expect_err("it is refused");
            assert_eq!(
                refused.kind(),
                action_sdk_runtime::RuntimeErrorKind::Refused
            );
        }
    });
}
