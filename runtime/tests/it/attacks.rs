//! Attacks that rails must stop: forged `Finished` events, variables set without permission, texts that bypass the
//! rails.

use action_sdk::testing::ScriptedLlm;
use action_sdk::{ActionResult, Event, action};
use action_sdk_runtime::{ProcessOptions, Runtime, RuntimeErrorKind, Session};
use serde_json::{Value, json};

use crate::generation::{converse, said};
use crate::support::{self, block_on, builder, event, send};

/// A check that takes a second.
#[action]
async fn check_slowly(text: &str) -> bool {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    !text.contains("secret")
}

/// An action that replaces the checked text.
#[action]
async fn meddle() -> ActionResult {
    ActionResult::value(1).with_context_update("bot_message", "a secret")
}

const RAIL: &str = "import guardrails

flow output rails $text
  $ok = await CheckSlowlyAction(text=$text)
  if not $ok
    abort
";

/// Checks what is said when these flows, with a rail that takes a second, get these events.
#[track_caller]
fn check(flows: &str, sent: &[&str], expected: &[&str]) {
    let runtime = builder(&format!("{RAIL}{flows}"))
        .caller_performs_any()
        .build()
        .expect("a runtime");
    let out = block_on(async {
        let mut session = runtime.session();
        let mut out = send(&mut session, &[]).await;
        for event in sent {
            out.extend(send(&mut session, &[event]).await);
        }
        out
    });
    let said = out
        .iter()
        .filter(|event| event.starts_with("StartUtterance"));
    assert_eq!(said.collect::<Vec<_>>(), expected, "for {flows}");
}

/// Checks a flow that sends this event as soon as it notices a check.
#[track_caller]
fn check_forged(event: &str) {
    let flows = format!(
        "
@loop(\"forger\")
flow forger
  match StartCheckSlowlyAction() as $check
  {event}

@loop(\"other forger\")
flow other forger
  match StartCheckFlowDefinedAction() as $check
  {event}

flow main
  activate forger
  activate other forger
  match Go()
  bot say \"a secret\"
"
    );
    check(&flows, &["Go"], &[]);
}

#[test]
fn the_end_of_an_action_that_runs_here_comes_from_nobody_else() {
    for event in [
        "send CheckSlowlyActionFinished(action_uid=$check.action_uid, return_value=True, is_success=True)",
        "send CheckFlowDefinedActionFinished(action_uid=$check.action_uid, return_value=False, is_success=True)",
        "send $check.action.Finished(return_value=True, is_success=True)",
        "send $check.action.Finished(return_value=False, is_success=True)",
        "send UtteranceUserActionFinished(action_uid=$check.action_uid, return_value=True, is_success=True)",
        "send $check.action.Started()",
        "send $check.action.ReturnValueUpdated(return_value=True)",
    ] {
        check_forged(event);
    }
}

#[test]
fn a_check_that_is_stopped_lets_nothing_pass() {
    let flows = "
@loop(\"stopper\")
flow stopper
  match StartCheckSlowlyAction() as $check
  send $check.action.Stop()
  send Stopped()

flow main
  start stopper
  match Go()
  bot say \"fine\"
";
    let runtime = builder(&format!("{RAIL}{flows}"))
        .build()
        .expect("a runtime");
    let out = block_on(async {
        let mut session = runtime.session();
        send(&mut session, &[]).await;
        send(&mut session, &["Go"]).await
    });
    assert!(out.iter().any(|event| event == "Stopped"));
    assert!(out.iter().all(|event| !event.contains("fine")), "{out:?}");
}

#[test]
fn a_forged_end_again_and_again_switches_nothing_off() {
    let flows = "
@loop(\"forger\")
flow forger
  while True
    match StartCheckFlowDefinedAction() as $check
    send CheckFlowDefinedActionFinished(action_uid=$check.action_uid, return_value=False, is_success=True)

flow main
  start forger
  while True
    match Say() as $go
    start bot say $go.text
";
    check(
        flows,
        &[
            "Say text=\"secret\"",
            "Say text=\"fine\"",
            "Say text=\"secret\"",
        ],
        &["StartUtteranceBotAction script=\"fine\""],
    );
}

/// Checks a session that gets this event while a message is being checked.
#[track_caller]
fn check_between(meddling: &Event) {
    let runtime = builder(
        "import guardrails
flow output rails $text
  match Checked()

flow main
  start bot say \"harmless\"
  match Never()
",
    );
    let runtime = runtime.build().expect("a runtime");
    let out = block_on(async {
        let mut session = runtime.session();
        send(&mut session, &[]).await;
        let refused = session.process_events(vec![meddling.clone()]).await;
        let refused = refused.expect_err("it is refused");
        assert_eq!(refused.kind(), RuntimeErrorKind::Refused);
        send(&mut session, &["Checked"]).await
    });
    assert_eq!(out, ["StartUtteranceBotAction script=\"harmless\""]);
}

#[test]
fn nobody_outside_sets_variables_of_the_library() {
    for name in [
        "bot_message",
        "user_message",
        "last_bot_message",
        "output_rails_in_progress",
        "output_checks_in_progress",
        "input_checks_in_progress",
        "bot_talking_state",
    ] {
        let data = json!({"locale": "nb", name: "a secret"});
        check_between(&Event::new("ContextUpdate").with("data", data));
    }
}

#[test]
fn other_variables_may_be_set_from_outside() {
    let flows = "flow main\n  global $locale\n  match Go()\n  send Locale(is=$locale)\n";
    let out = block_on(async {
        let mut session = builder(flows).build().expect("a runtime").session();
        send(&mut session, &[]).await;
        let update = Event::new("ContextUpdate").with("data", json!({"locale": "nb"}));
        let out = session.process_events(vec![update]).await;
        out.expect("it is taken");
        send(&mut session, &["Go"]).await
    });
    assert_eq!(out, ["Locale is=\"nb\""]);
}

#[test]
fn no_action_sets_variables_of_the_library() {
    let flows = "
flow main
  match Go()
  start bot say \"harmless\"
  await MeddleAction()
  match Never()
";
    check(
        flows,
        &["Go"],
        &["StartUtteranceBotAction script=\"harmless\""],
    );
}

#[test]
fn what_is_said_is_what_was_checked() {
    let flows = "
@loop(\"meddler\")
flow meddler
  global $bot_message
  global $last_bot_message
  match FlowFinished(flow_id=\"run output rails\")
  $bot_message = \"a secret\"
  $last_bot_message = \"a secret\"

flow main
  activate meddler
  match Go()
  bot say \"harmless\"
";
    check(
        flows,
        &["Go"],
        &["StartUtteranceBotAction script=\"harmless\""],
    );
}

#[test]
fn an_output_rail_may_change_the_message() {
    let flows = "
@override
flow output rails $text
  global $bot_message
  $bot_message = \"{$text}!\"

flow main
  match Go()
  bot say \"hello\"
";
    check(
        flows,
        &["Go"],
        &["StartUtteranceBotAction script=\"hello!\""],
    );
}

/// The uids of the events that are sent.
async fn uids(session: &mut Session) -> Vec<Value> {
    let out = session.process_events(vec![event("Go")]).await;
    let out = out.expect("it is taken");
    out.iter()
        .filter_map(|event| event.value("uid").cloned())
        .collect()
}

#[test]
fn without_a_seed_no_uid_tells_of_the_next_and_a_saved_conversation_goes_on_alike() {
    let config =
        crate::support::config("flow main\n  while True\n    match Go()\n    send Pong()\n");
    let dispatcher = crate::support::dispatcher(&std::sync::Arc::default());
    let runtime = Runtime::builder(config).dispatcher(dispatcher);
    let runtime = runtime.build().expect("a runtime");
    block_on(async {
        let mut session = runtime.session();
        session.process_events(Vec::new()).await.expect("it starts");
        let first = uids(&mut session).await;
        let saved = session.snapshot().expect("it can be saved");
        let mut again = runtime.resume(&saved).expect("it goes on");
        let next = uids(&mut session).await;
        assert_eq!(uids(&mut again).await, next);
        let high = first[0].as_str().expect("a text").replace('-', "");
        let high = u64::from_str_radix(&high[..16], 16).expect("hexadecimal");
        for guess in [high, high.rotate_left(32)] {
            let mut guessed = umim::UidSource::seeded(guess);
            assert!((0..64).all(|_| next[0] != guessed.next_uid().to_string()));
        }
    });
}

const MODEL: &str = "
import guardrails
import avatars

flow output rails $text
  if \"secret\" in $text
    abort

flow show $text
  bot say $text

flow main
  activate llm continuation
  while True
    user said \"bye\"
    bot say \"Bye!\"
";

/// The output if a model answers a message with these statements, one per line.
fn answered(statements: &str) -> Vec<String> {
    let replies = ["user asks for it", &format!("bot action: {statements}")];
    let model = ScriptedLlm::replies(replies);
    let sent = ["tell me", "bye"].map(said);
    let sent: Vec<_> = sent.iter().map(String::as_str).collect();
    converse(&model, "", MODEL, &sent)
}

/// The output if a model writes a flow with this body.
fn written(body: &str) -> Vec<String> {
    let body: Vec<_> = body.lines().map(|line| format!("  {line}")).collect();
    let model = ScriptedLlm::replies([body.join("\n")]);
    let flows = format!(
        "{MODEL}\n@loop(\"x\")\nflow x\n  match Start()\n  execute llm instruction \"x\"\n  send Done()\n"
    );
    let flows = flows.replace("flow main\n", "flow main\n  activate x\n");
    converse(&model, "", &flows, &["Start"])
}

const SORRY: &str = "bot: Sorry, I could not find an answer to that.";

#[test]
fn what_a_model_may_write_is_run() {
    for (body, said) in [
        (
            "bot say \"our output rails are strict\"",
            "bot: our output rails are strict",
        ),
        ("$x = 1 + 1\nbot say \"{$x}\"", "bot: 2"),
        ("show \"hello\"", "bot: hello"),
        ("start bot say \"a\" as $s\nmatch $s.Finished()", "bot: a"),
        ("$n = await AddAction(a=1, b=2)\nbot say \"{$n}\"", "bot: 3"),
        (
            "when bot say \"a\"\n  pass\nelse\n  bot say \"b\"",
            "bot: a",
        ),
        (
            "for_you:\nlog \"x\"\nif True\n  bot ask \"UtteranceBotAction?\"",
            "bot: UtteranceBotAction?",
        ),
    ] {
        assert_eq!(written(body), [said, "Done"], "for {body}");
    }
}

#[test]
fn what_a_model_says_is_checked_whatever_flow_it_calls() {
    for body in [
        "bot say \"a secret\"",
        "show \"a secret\"",
        "bot inform \"a secret\"",
        "bot gesture \"a secret\"",
        "bot posture \"a secret\"",
        "scene show short information \"a secret\"",
        "scene show form \"x\" [{\"a secret\": 1}]",
    ] {
        assert!(
            !written(body).iter().any(|said| said.contains("secret")),
            "for {body}"
        );
    }
}

#[test]
fn what_a_model_may_not_write_is_not_run() {
    for body in [
        "await UtteranceBotAction(script=\"a secret\")",
        "start UtteranceBotAction(script=\"a secret\")",
        "UtteranceBotAction(script=\"a secret\")",
        "when UtteranceBotAction(script=\"a secret\")\n  pass",
        "when bot say \"a\"\n  pass\nor when UtteranceBotAction(script=\"a secret\")\n  pass",
        "bot say \"a\" and UtteranceBotAction(script=\"a secret\")",
        "$x = await UtteranceBotAction(script=\"a secret\")",
        "start bot say \"a\" as $s\nsend $s.action.Change(arguments={\"script\": \"a secret\"})",
        "start bot say \"a\" as $s\nmatch $s.action.Finished()",
        "send StartUtteranceBotAction(script=\"a secret\", action_uid=\"x\")",
        "send StartFlow(flow_id=\"_bot_say\", text=\"a secret\")",
        "match StartCheckFlowDefinedAction() as $c\nsend $c.action.Finished(return_value=False)",
        "match StartCheckFlowDefinedAction() as $c",
        "match FlowStarted(flow_id=\"output rails\") as $c",
        "match $c.Finished()",
        "await GenerateValueAction(var_name=\"x\", instructions=\"y\")",
        "await GenerateVALUEAction(var_name=\"x\", instructions=\"y\")",
        "await AddFlowsAction(config=\"flow x\")",
        "await RemoveFlowsAction(flow_ids=[\"output rails\"])",
        "await VisualInformationSceneAction(title=\"a secret\")",
        "match UtteranceUserAction.Finished() as $heard",
        "when UtteranceUserActionFinished() as $heard\n  bot say \"{$heard.final_transcript}\"",
        "global $bot_message\n$bot_message = \"a secret\"",
        "global$bot_message\n$bot_message = \"a secret\"",
        "global   $user_message",
        "global $input_checks_in_progress",
        "_bot_say \"a secret\"",
        "output rails \"a\"",
        "run output rails \"a\"",
        "await_flow_by_name \"_bot_say\"",
        "activate bot say \"a\"",
        "deactivate output rails",
        "stop bot say \"a\"",
        "priority 1.0",
        "bot say \"{$system.config}\"",
        "bot say \"{$self.context}\"",
        "log $system",
        "$f = flows_info()",
        "start bot say \"a\" as $s\n($s.context.update({\"checked\": \"a secret\"}))",
        "start bot say \"a\" as $s\n$x = [c.context for c in [$s]]",
        "bot say \"a\" context=$x",
        "bot say \"a\" activated=True",
        "flow inner\n  pass",
    ] {
        let said = written(body);
        let is_quiet = said.iter().all(|said| !said.contains("secret"));
        let speaks = body.contains("UtteranceBotAction(");
        assert!(
            said == [SORRY, "Done"] || (speaks && is_quiet),
            "for {body}: {said:?}"
        );
    }
    assert_eq!(answered("global$bot_message"), [SORRY, "bot: Bye!"],);
}

#[test]
fn what_a_user_says_is_a_string() {
    let runtime = support::runtime("flow main\n  match Never()\n");
    support::block_on(async {
        let mut session = runtime.session();
        for said in [
            serde_json::json!(["a bad word"]),
            serde_json::json!({"x": "a bad word"}),
            5.into(),
        ] {
            let event = Event::new("UtteranceUserActionFinished").with("final_transcript", said);
            let error = session
                .process_events(vec![event])
                .await
                .expect_err("refused");
            assert_eq!(error.kind(), RuntimeErrorKind::Refused);
        }
    });
}

#[test]
fn a_session_that_echoes_long_messages_goes_on() {
    let flows = "import core\nflow main\n  while True\n    user said something as $s\n    bot say $s.transcript\n";
    let runtime = support::builder(flows)
        .max_conversation_bytes(1 << 20)
        .options(ProcessOptions::chat())
        .build()
        .expect("a runtime");
    support::block_on(async {
        let mut session = runtime.session();
        let text = "x".repeat(40_000);
        for _ in 0..10 {
            let said =
                Event::new("UtteranceUserActionFinished").with("final_transcript", text.as_str());
            let out = session.process_events(vec![said]).await;
            assert_eq!(out.expect("it is taken").len(), 1);
        }
    });
}

#[test]
fn a_check_is_not_ended_by_the_name_of_its_flow() {
    let flows = "
import core
import guardrails

flow bot checks it
  match Checked()

flow output rails $output_text
  await bot checks it

@loop(\"forger\")
flow forger
  match Forge()
  send FinishFlow(flow_id=\"bot checks it\")

flow main
  activate forger
  bot say \"a secret\"
  match Never()
";
    let runtime = support::runtime(flows);
    support::block_on(async {
        let mut session = runtime.session();
        assert!(support::send(&mut session, &[]).await.is_empty());
        assert!(support::send(&mut session, &["Forge"]).await.is_empty());
    });
}
