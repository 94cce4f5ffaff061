//! When a bot fails, its user gets a sentence, and the host gets the reason: never silence.

use action_sdk::llm::LlmError;
use action_sdk::testing::ScriptedLlm;

use crate::generation::{SORRY, converse, said};
use crate::support;

/// A model that cannot be reached.
fn down() -> ScriptedLlm {
    (0..8).fold(ScriptedLlm::default(), |model, _| {
        model.then(Err(LlmError::other("the line is dead")))
    })
}

/// What the user gets as an answer.
fn heard(model: &ScriptedLlm, yaml: &str, flows: &str) -> Vec<String> {
    let heard = converse(model, yaml, flows, &[&said("hi")]);
    let of_bot = heard.into_iter().filter(|line| line.starts_with("bot: "));
    of_bot.collect()
}

#[track_caller]
fn check(flows: &str, expected: &[&str]) {
    check_with("", flows, expected);
}

#[track_caller]
fn check_with(yaml: &str, flows: &str, expected: &[&str]) {
    assert_eq!(heard(&down(), yaml, flows), expected);
    let empty = ScriptedLlm::replies([""; 8]);
    assert_eq!(heard(&empty, yaml, flows), expected, "with empty answers");
}

#[test]
fn where_the_intent_cannot_be_found() {
    check(
        "flow main\n  activate llm continuation\n  match Never()\n",
        &[SORRY],
    );
    check(
        "flow main\n  activate continuation on unhandled user utterance\n  match Never()\n",
        &[SORRY],
    );
}

#[test]
fn where_no_answer_can_be_written() {
    let flows = "flow main\n  activate continuation on unhandled user intent\n  user said something\n  send FinishFlow(flow_id=\"user asks\")\n  match Never()\n";
    check(flows, &[SORRY]);
}

#[test]
fn where_a_flow_cannot_be_written() {
    let flows = "flow main\n  activate continuation on undefined flow\n  user said something\n  bot tell a joke\n  match Never()\n";
    check(flows, &[SORRY]);
}

#[test]
fn where_a_flow_cannot_go_on() {
    let flows = "flow main\n  user said something\n  go on\n  match Never()\n\nflow go on\n  \"\"\"Tell a joke.\"\"\"\n  ...\n";
    check(flows, &[SORRY]);
}

#[test]
fn where_a_value_cannot_be_found_and_nothing_is_said() {
    let flows = "flow main\n  user said something\n  $x = ...\"the name\"\n  if $x\n    bot say \"Hello {$x}\"\n  match Never()\n";
    check(flows, &[SORRY]);
}

#[test]
fn where_a_model_is_to_answer_by_itself() {
    let flows = "import passthrough\n\nflow main\n  activate llm continuation\n  match Never()\n";
    check(flows, &[SORRY]);
}

const TALK: &str = "flow main\n  user said something\n  bot say \"hello\"\n  match Never()\n";

#[test]
fn where_the_input_cannot_be_checked() {
    check_with(
        "rails: {input: {flows: [self check input]}}",
        TALK,
        &[SORRY],
    );
}

#[test]
fn where_the_output_cannot_be_checked() {
    check_with(
        "rails: {output: {flows: [self check output]}}",
        TALK,
        &[SORRY],
    );
}

/// Checks what the user gets if an action of these tests fails.
#[track_caller]
fn check_action(statement: &str, expected: &[&str]) {
    let flows = format!("flow main\n  user said something\n  {statement}\n  match Never()\n");
    assert_eq!(heard(&down(), "", &flows), expected, "for {statement}");
}

#[test]
fn where_an_action_fails() {
    check_action("await FailAction()", &[SORRY]);
    check_action("await PanicAction()", &[SORRY]);
    check_action("await StuckAction()", &[SORRY]);
    check_action("start FailAction()", &[SORRY]);
}

#[test]
fn where_the_bot_had_said_something_before() {
    let statement = "bot say \"let me see\"\n  await FailAction()";
    check_action(statement, &["bot: let me see", SORRY]);
}

#[test]
fn a_flow_that_says_something_itself_is_the_answer() {
    let statement = "await FailAction()\n  bot say \"no luck\"";
    check_action(statement, &["bot: no luck"]);
}

#[test]
fn an_action_that_is_stopped_has_not_failed() {
    let statement = "start SlowAction(n=1) as $slow\n  send $slow.Stop()";
    check_action(statement, &[]);
}

#[test]
fn every_message_that_is_not_answered_is_told() {
    let flows = "flow main\n  while True\n    user said something\n    await FailAction()\n";
    let (one, two) = (said("one"), said("two"));
    let heard = converse(&down(), "", flows, &[&one, &two]);
    let sorry = heard.iter().filter(|line| *line == SORRY);
    assert_eq!(sorry.count(), 2, "{heard:?}");
}

#[test]
fn the_sentence_is_the_authors() {
    let flows = "flow main\n  user said something\n  await FailAction()\n  match Never()\n";
    check_with("on_failure: Call us.", flows, &["bot: Call us."]);
    check_with("on_failure: \"\"", flows, &[]);
    check_with("on_failure: null", flows, &[SORRY]);
}

#[test]
fn the_sentence_passes_rails_that_block_everything() {
    let rails = "flow output rails $text\n  await FailAction()\n\n";
    let flows = format!("import guardrails\n\n{rails}{TALK}");
    check_with("on_failure: Call us.", &flows, &["bot: Call us."]);
}

#[test]
fn the_host_hears_which_action_failed_and_why() {
    let flows = "import core\n\nflow main\n  match Go()\n  await FailAction()\n  match Never()\n";
    let out = support::block_on(async {
        let mut session = support::runtime(flows).session();
        support::send(&mut session, &[]).await;
        support::send(&mut session, &["Go"]).await
    });
    let (failed, sorry) = (&out[0], &out[1]);
    assert!(failed.starts_with("ActionFailed action_name=\"FailAction\""));
    assert!(failed.contains("there is no paper"), "{failed}");
    assert!(sorry.contains("script=\"Sorry"), "{sorry}");
}

#[test]
fn a_message_in_its_check_may_still_be_the_answer() {
    let flows = "
flow output rails $text
  match Checked()

flow main
  user said something
  await FailAction()
  bot say \"no luck\"
  match Never()
";
    let checked = format!("import guardrails\n{flows}");
    let heard = converse(&down(), "", &checked, &[&said("hi"), "Checked"]);
    assert_eq!(heard, ["bot: no luck"]);
}

#[test]
fn flows_that_speak_in_a_way_of_their_own_are_left_alone() {
    let flows = "flow main\n  match Go()\n  await FailAction()\n  match Never()\n";
    support::check(flows, &["Go"], &[]);
}
