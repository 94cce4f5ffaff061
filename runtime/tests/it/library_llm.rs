//! The library's flows around a model, with actions in place of the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use action_sdk::prelude::*;
use action_sdk::{ActionDispatcher, Call};
use action_sdk_runtime::{Runtime, parse_config};
use serde_json::{Value, json};

use crate::support;

/// How often the actions of a test were called.
type Calls = Arc<AtomicUsize>;

fn dispatcher(answers: &[(&'static str, Value)], calls: &Calls) -> ActionDispatcher {
    let actions = answers.iter().map(|(name, answer)| {
        let (answer, calls) = (answer.clone(), Arc::clone(calls));
        let perform = move |_: Arc<Call>| {
            calls.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            async move { Ok::<_, ActionError>(answer) }
        };
        let action = ActionDescriptor::new(*name, perform).expect("a name");
        action.with_is_system_action(true)
    });
    let builder =
        ActionDispatcher::builder().shared_resource(Arc::<crate::actions::Ends>::default());
    let builder = actions.fold(builder, action_sdk::ActionDispatcherBuilder::register);
    builder.build().expect("a dispatcher")
}

/// Checks what is said and sent, without the polling timer, and how often the actions were called.
#[track_caller]
fn check(
    answers: &[(&'static str, Value)],
    flows: &str,
    sent: &[&str],
    expected: &[&str],
    called: usize,
) {
    let flows = format!("import core\nimport llm\n{flows}");
    check_with("", answers, &flows, sent, expected, called);
}

#[track_caller]
fn check_with(
    yaml: &str,
    answers: &[(&'static str, Value)],
    flows: &str,
    sent: &[&str],
    expected: &[&str],
    called: usize,
) {
    let config = parse_config(yaml, [("main.co", flows)]);
    let calls = Calls::default();
    let runtime = Runtime::builder(config.expect("the flows are fine"))
        .dispatcher(dispatcher(answers, &calls))
        .without_model()
        .seed(1)
        .build()
        .expect("a runtime");
    let said = support::block_on(async {
        let mut session = runtime.session();
        let mut said = support::send(&mut session, &[]).await;
        for event in sent {
            said.extend(support::send(&mut session, &[event]).await);
        }
        said
    });
    let said = said
        .iter()
        .filter(|event| !event.contains("TimerBotAction") && !event.starts_with("ActionFailed "));
    assert_eq!(said.collect::<Vec<_>>(), expected);
    assert_eq!(calls.load(Ordering::SeqCst), called);
}

/// What is said after a failure.
fn sorry() -> String {
    format!("StartUtteranceBotAction script=\"{}\"", support::SORRY)
}

const HI: &str = "UtteranceUserActionFinished action_uid=\"u\" final_transcript=\"hi\"";

const JOKE: &str = "
flow main
  activate continuation on undefined flow
  match Start()
  when bot tell a joke
    send Told()
  else
    send NotTold()
  match Never()
";

fn joke(text: &str) -> [(&'static str, Value); 1] {
    [("GenerateFlowFromNameAction", text.into())]
}

#[test]
fn a_missing_flow_is_written_and_run() {
    let written = joke("flow bot tell a joke\n  send Joke()\n");
    check(&written, JOKE, &["Start"], &["Joke", "Told"], 1);
}

#[test]
fn a_missing_flow_that_is_not_written_fails() {
    check(
        &joke("flow bot sing\n  pass\n"),
        JOKE,
        &["Start"],
        &["NotTold"],
        1,
    );
    check(&joke(""), JOKE, &["Start"], &["NotTold"], 1);
    check(
        &[("GenerateFlowFromNameAction", Value::Null)],
        JOKE,
        &["Start"],
        &["NotTold", &sorry()],
        1,
    );
}

#[test]
fn a_missing_flow_that_cannot_be_read_says_so() {
    let written = joke("flow bot tell a joke\n  say (\n");
    let said = "StartUtteranceBotAction script=\"Internal error on flow `bot tell a joke`.\"";
    check(&written, JOKE, &["Start"], &[said], 1);
}

const INTENT: &str = "
flow user greets
  user said \"hello\"

flow main
  activate generating user intent for unhandled user utterance
  user greets
  send Greeted()
  match Never()
";

#[test]
fn an_intent_finishes_the_flow_of_its_name() {
    check(
        &[("GenerateUserIntentAction", "user greets".into())],
        INTENT,
        &[HI],
        &["Greeted"],
        1,
    );
}

#[test]
fn without_an_intent_the_conversation_goes_on() {
    let none = [("GenerateUserIntentAction", Value::Null)];
    let hello = HI.replace("\"hi\"", "\"hello\"");
    check(&none, INTENT, &[HI, HI, &hello], &["Greeted"], 2);
}

fn answer(user: &str, bot: &str, action: &str) -> [(&'static str, Value); 2] {
    [
        ("RetrieveRelevantChunksAction", Value::Null),
        (
            "GenerateUserIntentAndBotAction",
            json!({"user_intent": user, "bot_intent": bot, "bot_action": action}),
        ),
    ]
}

const ANSWER: &str = "
flow bot waves
  send Wave()

flow main
  activate continuation on unhandled user utterance
  start bot waves
  match Never()
";

#[test]
fn what_the_bot_means_is_made_a_flow() {
    let answer = answer("user asks", "bot nods", "send Nod()");
    check(&answer, ANSWER, &[HI], &["Wave", "Nod"], 2);
}

#[test]
fn what_the_bot_means_may_be_a_flow() {
    let answer = answer("user asks", "bot waves", "send Nod()");
    check(&answer, ANSWER, &[HI, HI], &["Wave", "Wave", "Wave"], 4);
}

#[test]
fn an_unanswered_intent_is_answered_by_a_flow_of_the_model() {
    let flows = "
flow main
  activate continuation on unhandled user intent
  match Start()
  send FinishFlow(flow_id=\"user asks\")
  match Never()
";
    let written =
        json!({"name": "bot nods", "parameters": [], "body": "flow bot nods\n  send Nod()\n"});
    let chunks = ("RetrieveRelevantChunksAction", Value::Null);
    let answers = [chunks.clone(), ("GenerateFlowContinuationAction", written)];
    check(&answers, flows, &["Start"], &["Nod"], 2);
    let nothing = [chunks, ("GenerateFlowContinuationAction", Value::Null)];
    check(&nothing, flows, &["Start"], &[], 2);
}

#[test]
fn the_last_unhandled_intent_is_remembered() {
    let flows = "
@loop(\"tell\")
flow tell
  global $user_intent_state
  match Ask()
  send Told(intent=$user_intent_state)

flow user nods
  match Nod()

flow main
  activate tracking unhandled user intent state
  activate tell
  match Start()
  send FinishFlow(flow_id=\"user asks\")
  user nods
  match Never()
";
    let told = ["Told intent=\"user asks\"", "Told intent=null"];
    check(&[], flows, &["Start", "Ask", "Nod", "Ask"], &told, 0);
}

const LISTED: &str =
    "rails: {input: {flows: [self check input]}, output: {flows: [self check output]}}\n";

const LISTEN: &str = "
flow main
  user said something
  bot say \"hello\"
  match Never()
";

fn verdicts(input: Value, output: Value) -> [(&'static str, Value); 2] {
    let blocked = |blocked: Value| json!({"is_blocked": blocked});
    [
        ("SelfCheckInputAction", blocked(input)),
        ("SelfCheckOutputAction", blocked(output)),
    ]
}

#[test]
fn messages_that_a_model_allows_pass() {
    let allowed = verdicts(false.into(), false.into());
    let said = "StartUtteranceBotAction script=\"hello\"";
    check_with(LISTED, &allowed, LISTEN, &[HI], &[said], 2);
}

#[test]
fn messages_that_a_model_blocks_are_answered_with_a_refusal() {
    let refusal = "StartUtteranceBotAction script=\"I'm sorry, I can't respond to that.\"";
    let input = verdicts(true.into(), false.into());
    check_with(LISTED, &input, LISTEN, &[HI], &[refusal], 2);
    let output = verdicts(false.into(), true.into());
    check_with(LISTED, &output, LISTEN, &[HI], &[refusal], 2);
}

#[test]
fn messages_that_a_model_blocks_are_told_as_events_if_asked_for() {
    let yaml = format!("{LISTED}enable_rails_exceptions: true\n");
    let told = "InputRailException message=\"Input not allowed. The input was blocked by the 'self check input' flow.\"";
    let input = verdicts(true.into(), false.into());
    check_with(&yaml, &input, LISTEN, &[HI], &[told], 1);
    let told = "OutputRailException message=\"Output not allowed. The output was blocked by the 'self check output' flow.\"";
    let output = verdicts(false.into(), true.into());
    check_with(&yaml, &output, LISTEN, &[HI], &[told], 2);
}

#[test]
fn messages_that_no_model_has_checked_are_blocked() {
    check_with(LISTED, &[], LISTEN, &[HI], &[&sorry()], 0);
}
